/** Labels, lists and files of evidence: what is said of a feature, and that a file says it again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '../../../src/core/byteSource.ts';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { FeatureContext, FeatureEvidence } from '../../../src/core/sae/evidence.ts';
import { automaticLabel } from '../../../src/core/sae/evidenceLabel.ts';
import { featuresWithText, queryFeatures } from '../../../src/core/sae/evidenceList.ts';
import { encodeEvidence } from '../../../src/core/sae/evidenceFile/encode.ts';
import { readEvidence } from '../../../src/core/sae/evidenceFile/read.ts';
import { languageTokens, logitMassLift } from '../../../src/core/sae/logitMass.ts';
import { ownWords } from '../../../src/core/language/reservedWords.ts';
import { LANGUAGE_IDS } from '../../../src/core/language/languages.ts';
import { contextText, sampleCard, sampleFeature, sampleFeatures } from './sampleEvidence.ts';

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

test('what was written is read again: the list, each page, and the text of contexts', () => {
  const features = sampleFeatures(5);
  const { card, rows, page, texts } = readEvidence(bytesSource(fileOf(features)));
  assert.deepEqual(card, sampleCard(5));
  assert.deepEqual(rows.map(({ label }) => label), features.map(({ label }) => label)); // prettier-ignore
  assert.deepEqual(rows[1].tokens, ['fn', 'def']);
  assert.deepEqual(texts(), features.map(contextText));
  for (const feature of features) assertAlike(page(feature.index), feature);
});

/** Measures are kept as halves, activations in 255 steps; all else is as it was. */
function assertAlike(found: unknown, wanted: unknown, place = 'page'): void {
  if (typeof wanted === 'number' && (!Number.isInteger(wanted) || place.includes('values'))) {
    assert.ok(typeof found === 'number', place);
    assert.ok(Math.abs(found - wanted) <= 0.002 * Math.max(8, wanted), `${place}: ${found}`);
  } else if (typeof wanted === 'object' && wanted !== null) {
    assert.ok(typeof found === 'object' && found !== null, place);
    assert.deepEqual(Object.keys(found), Object.keys(wanted), place);
    for (const [key, value] of Object.entries(wanted)) assertAlike(Reflect.get(found, key), value, `${place}.${key}`);
  } else assert.equal(found, wanted, place);
}

test('contexts that overlap share their tokens, and each is found where it was', () => {
  const pieces = Array.from({ length: 40 }, (_, i) => `t${i}`);
  const context = (first: number, at: number): FeatureContext => ({
    ...{ file: 1, position: 100 + first + at, pieces: pieces.slice(first, first + 9), at },
    values: Array.from({ length: 9 }, (_, i) => (i === at ? 4 : 0)),
  });
  const contexts = [context(0, 4), context(5, 8), context(30, 0)];
  const features = [{ ...sampleFeature(0), max: 4, contexts, nearest: [] }];
  const { page } = readEvidence(bytesSource(fileOf(features)));
  assert.deepEqual(page(0).contexts, contexts);
});

test('a file that was cut, changed or is of another version is refused with its reason', () => {
  const bytes = fileOf(sampleFeatures(3));
  const refused = (changed: Uint8Array, reason: string) =>
    assert.throws(
      () => readEvidence(bytesSource(changed)),
      (error: unknown) => SteerscopeError.is(error, reason),
      reason,
    );
  for (let length = 0; length < bytes.length; length += 37) refused(bytes.subarray(0, length), 'invalid-evidence');
  const changed = (from: string, to: string) => {
    const text = Buffer.from(bytes).toString('latin1');
    assert.ok(text.includes(from) && from.length === to.length, from);
    return Uint8Array.from(Buffer.from(text.replace(from, to), 'latin1'));
  };
  refused(changed('"version":"2"', '"version":"3"'), 'evidence-version');
  refused(changed('steerscope-features', 'steerscope-creature'), 'invalid-evidence');
  refused(changed('"heats"', '"haets"'), 'invalid-evidence');
  refused(changed('"dSae":3', '"dSae":4'), 'invalid-evidence');
  refused(changed('"labels":[', '"labels":{'), 'invalid-evidence');
});

test('numbers that point to what is not there are refused', () => {
  const features = sampleFeatures(3);
  const refused = (change: (feature: FeatureEvidence) => FeatureEvidence) =>
    assert.throws(
      () => readEvidence(bytesSource(fileOf(features.map(change)))),
      (error: unknown) => SteerscopeError.is(error, 'invalid-evidence'),
    );
  refused((feature) => ({ ...feature, nearest: [[3, 0.5], [0, 0.5]] })); // prettier-ignore
  refused((feature) => ({ ...feature, contexts: feature.contexts.map((context) => ({ ...context, file: 2 })) }));
  refused((feature) => ({ ...feature, contexts: feature.contexts.map((context) => ({ ...context, at: 7, position: 20 })) })); // prettier-ignore
  refused((feature) => ({ ...feature, mean: Infinity }));
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
  const { header, chunks } = encodeEvidence(sampleCard(features.length), features);
  return Uint8Array.from(Buffer.concat([header, ...chunks]));
}
