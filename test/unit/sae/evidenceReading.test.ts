/** Labels, lists and files of evidence: what is said of a feature, and that a file says it again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '../../../src/core/byteSource.ts';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { contextText, type FeatureContext, type FeatureEvidence } from '../../../src/core/sae/evidence.ts';
import { automaticLabel } from '../../../src/core/sae/evidenceLabel.ts';
import { featuresWithText, queryFeatures } from '../../../src/core/sae/evidenceList.ts';
import { HEAD_BYTES, evidenceLines, readEvidence } from '../../../src/core/sae/evidenceText.ts';
import { languageTokens, logitMassLift } from '../../../src/core/sae/logitMass.ts';
import { ownWords } from '../../../src/core/language/reservedWords.ts';
import { LANGUAGE_IDS } from '../../../src/core/language/languages.ts';
import { sampleCard, sampleFeature, sampleFeatures } from './sampleEvidence.ts';

const inContexts = (...peaks: readonly string[]): FeatureContext[] =>
  peaks.map((peak, i) => ({ file: 0, position: i, pieces: [`w${i}`, peak], values: [0, 1], at: 1 }));

test('a label says what half of the contexts share, and the language from an AUROC of 0.9 on', () => {
  const rust = { language: 'rust', auroc: 0.989, lift: 2 } as const;
  const python = { language: 'python', auroc: 0.2, lift: null } as const;
  const label = (peaks: readonly string[], selectivity: Parameters<typeof automaticLabel>[0]['selectivity'] = []) =>
    automaticLabel({ contexts: inContexts(...peaks), selectivity, promoted: [['Ġx', 1]] });
  assert.equal(label(['Ġfn', 'fn', 'Ġlet', 'Ġif'], [python, rust]), 'on "fn", Rust (AUROC 0.98)');
  assert.equal(label(['Ġfn', 'fn', 'Ġlet'], [{ ...rust, auroc: 0.899 }]), 'on "fn"');
  assert.equal(label(['1', '23', '4', 'Ġx']), 'on numbers');
  assert.equal(label(['Ċ', 'ĠĠĊ', ';', 'x']), 'on ends of lines');
  assert.equal(label(['a', 'b', 'c', 'd'], [rust]), 'various tokens, Rust (AUROC 0.98)');
  assert.equal(label(['a', 'b', 'c', 'd']), 'various tokens; promotes "x"');
  assert.equal(label([]), 'never active in this text');
  const after = inContexts('a', 'b', 'c').map((context) => ({ ...context, pieces: ['Ġimport', context.pieces[1]] }));
  assert.equal(automaticLabel({ contexts: after, selectivity: [], promoted: [] }), 'after "import"');
});

test('a label is one line, however hostile the token', () => {
  const label = automaticLabel({
    contexts: inContexts(`${'x'.repeat(500)}\u202e`, `${'x'.repeat(500)}\u202e`),
    selectivity: [],
    promoted: [],
  });
  assert.ok(label.length < 40 && !/[\p{Cc}\p{Cf}]/u.test(label), label);
});

test('lists are sorted and searched by text, token, language and number', () => {
  const rows = [
    { index: 0, label: 'on "fn"', density: 0.1, max: 3, aurocs: [0.2, 0.99], tokens: ['Ġfn'] },
    { index: 1, label: 'on "def"', density: 0.3, max: 1, aurocs: [0.95, 0.1], tokens: ['def'], ownLabel: 'Opens' },
    { index: 2, label: 'never', density: 0, max: 0, aurocs: [null, null], tokens: [] },
    { index: 3, label: 'various', density: 0.3, max: 9, aurocs: [0.6, 0.5], tokens: ['Ċ'] },
  ];
  const found = (query: Partial<Parameters<typeof queryFeatures>[2]>, contexts = new Set<number>()) =>
    queryFeatures(rows, ['python', 'rust'], { sort: 'index', ...query }, contexts).map(({ index }) => index);
  assert.deepEqual(found({}), [0, 1, 2, 3]);
  assert.deepEqual(found({ sort: 'density' }), [1, 3, 0, 2]);
  assert.deepEqual(found({ sort: 'max' }), [3, 0, 1, 2]);
  assert.deepEqual(found({ sort: 'auroc' }), [0, 1, 3, 2]);
  assert.deepEqual(found({ sort: 'auroc', language: 'python' }), [1, 3]);
  assert.deepEqual(found({ language: 'rust' }), [0]);
  assert.deepEqual(found({ search: 'OPENS' }), [1]);
  assert.deepEqual(found({ search: ' fn' }), [0]);
  assert.deepEqual(found({ search: '3' }), [3]);
  assert.deepEqual(found({ search: 'zzz' }, new Set([2])), [2]);
  assert.deepEqual(found({ search: 'zzz' }), []);
});

test('a text is found across the tokens of a context', () => {
  const texts = [contextText(sampleFeature(0)), ''];
  assert.deepEqual(featuresWithText(texts, 'FN MAIN'), new Set([0]));
  assert.deepEqual(featuresWithText(texts, 'fnmain'), new Set());
});

test('what was written is read again: the list, and each page by itself', () => {
  const features = sampleFeatures(5);
  const bytes = fileOf(features);
  const { card, rows, page, texts } = readEvidence(bytesSource(bytes));
  assert.deepEqual(card, sampleCard(5));
  assert.deepEqual(
    rows.map(({ label }) => label),
    features.map(({ label }) => label),
  );
  assert.deepEqual(texts(), features.map(contextText));
  for (const feature of features) assert.deepEqual(page(feature.index), feature);
});

test('a file that was cut, changed or is of another version is refused with its reason', () => {
  const bytes = fileOf(sampleFeatures(3));
  const refused = (changed: Uint8Array, reason: string) =>
    assert.throws(
      () => {
        const { page } = readEvidence(bytesSource(changed));
        for (const index of [0, 1, 2]) page(index);
      },
      (error: unknown) => SteerscopeError.is(error, reason),
      reason,
    );
  for (let length = 0; length < bytes.length; length += 37) refused(bytes.subarray(0, length), 'invalid-evidence');
  const text = new TextDecoder().decode(bytes);
  const encode = (changed: string) => new TextEncoder().encode(changed);
  refused(encode(text.replace('"version":1', '"version":2')), 'evidence-version');
  refused(encode(text.replace('"index":1,"label"', '"index":2,"label"')), 'invalid-evidence');
  const head = text.slice(0, HEAD_BYTES);
  refused(encode(head + text.slice(HEAD_BYTES).replaceAll('"at":', '"ta":')), 'invalid-evidence');
});

test('lift is the share of promoted mass over the share of the vocabulary', () => {
  // Mean 0.25; above it by 0.75 and 0.25, so that 0.75 of the mass is on a quarter of the vocabulary.
  assert.equal(logitMassLift(Float32Array.of(1, 0.5, 0, -0.5), [0]), 3);
  assert.equal(logitMassLift(Float32Array.of(1, 0.5, 0, -0.5), [3]), 0);
  assert.equal(logitMassLift(Float32Array.of(1, 0.5, 0, -0.5), [0, 1, 2, 3]), 1);
  assert.equal(logitMassLift(Float32Array.of(1, 1, 1, 1), [0]), null);
  assert.equal(logitMassLift(Float32Array.of(1, 0), []), null);
});

test('words of a language are of no other one, and every language has some', () => {
  const all = LANGUAGE_IDS.map((id) => ownWords(id));
  assert.ok(all.every((words) => words.length >= 4));
  assert.equal(new Set(all.flat()).size, all.flat().length);
  assert.ok(ownWords('rust').includes('fn') && !ownWords('rust').includes('struct'));
  const encode = (text: string) => (text.trim() === 'fn' ? [text === 'fn' ? 1 : 2] : [3, 4]);
  assert.deepEqual(languageTokens(encode, 'rust'), [1, 2]);
});

function fileOf(features: readonly FeatureEvidence[]): Uint8Array {
  return Uint8Array.from(Buffer.concat([...evidenceLines(sampleCard(features.length), features)]));
}
