/** Tokens to lines, and the plain rival of the logistic probe. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitCentroids } from '../../../../src/core/probes/centroids.ts';
import { logits, predict } from '../../../../src/core/probes/linear.ts';
import { NO_LINE, linesOfTokens, spansOfTokens } from '../../../../src/core/probes/tokenLines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('linesOfTokens', () => {
  const linesOf = (...tokens: string[]): number[] => linesOfTokens(tokens.map(bytes));

  test('a token belongs to the line of its first visible character', () => {
    assert.deepEqual(linesOf('def', ' f', '():', '\n   ', ' return', ' 1'), [0, 0, 0, NO_LINE, 1, 1]);
  });

  test('a token that ends a line belongs to that line, one that begins with its end to the next', () => {
    assert.deepEqual(linesOf('{\n', '}\n', '\nx', 'y'), [0, 1, 3, 3]);
  });

  test('blank lines own nothing, whatever they are made of', () => {
    assert.deepEqual(linesOf('a', '\n\n', '\t', '\r\n', 'b'), [0, NO_LINE, NO_LINE, NO_LINE, 3]);
  });

  test('the bytes of a character that is cut in two are visible', () => {
    const [first, second] = [bytes('é').subarray(0, 1), bytes('é').subarray(1)];
    assert.deepEqual(linesOfTokens([first, second]), [0, 0]);
  });
});

describe('spansOfTokens', () => {
  const partsOf = (text: string, tokens: readonly Uint8Array[]): string[] =>
    spansOfTokens(tokens).map(({ start, end }) => text.slice(start, end));

  test('cuts a text where its tokens do, in the units of the editor', () => {
    const words = ['', 'é', ' 😀\n', 'x', '\u{10ffff}', '漢'];
    assert.deepEqual(partsOf(words.join(''), words.map(bytes)), words);
  });

  test('a character that is cut in two is in both tokens', () => {
    const [face, e] = [bytes('😀'), bytes('é')];
    const tokens = [face.subarray(0, 1), face.subarray(1, 3), face.subarray(3), e.subarray(0, 1), e.subarray(1)];
    assert.deepEqual(partsOf('😀é', tokens), ['😀', '😀', '😀', 'é', 'é']);
  });
});

describe('fitCentroids', () => {
  // Two features, the second ten times as wide; class means at (-1, 0), (1, 0) and (0, 20) before standardising.
  const X = Float32Array.from([-1, 1, -1, -1, 1, 1, 1, -1, 0, 21, 0, 19]);
  const y = Int32Array.from([0, 0, 1, 1, 2, 2]);

  test('puts each row to the nearest mean, over standardised features', () => {
    const probe = fitCentroids(X, y, 3);
    assert.deepEqual(predict(probe, X), y);
    const [a, b, c] = logits(probe, Float32Array.from([-0.9, 2]));
    assert.ok(a !== undefined && b !== undefined && c !== undefined && a > c && c > b, String([a, b, c]));
  });

  test('differences of logits are half the differences of squared distances', () => {
    const probe = fitCentroids(X, y, 3);
    const at = Float32Array.from([0.5, 7]);
    const [a = NaN, b = NaN] = logits(probe, at);
    const distance = (x0: number, x1: number): number =>
      ((at[0] ?? NaN) - x0) ** 2 / (probe.scale[0] ?? NaN) ** 2 +
      ((at[1] ?? NaN) - x1) ** 2 / (probe.scale[1] ?? NaN) ** 2;
    assert.ok(Math.abs(a - b - (distance(1, 0) - distance(-1, 0)) / 2) < 1e-5);
  });
});
