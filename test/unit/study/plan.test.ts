import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../../../src/core/errors.ts';
import { MAX_STUDY_PROMPTS, readStudyFile } from '../../../src/core/study/file.ts';
import { studyPrompts } from '../../../src/core/language/prompts/studyPrompts.ts';
import { artefactName, cellName, isScored, planCells } from '../../../src/core/study/plan.ts';
import { methodLabel } from '../../../src/core/study/words.ts';
import { estimateMs } from '../../../src/core/study/estimate.ts';

const read = (value: unknown) => readStudyFile(JSON.stringify(value), 'a.json');
const PART = { methods: ['dim', 'prompt', 'none'], targets: ['cpp', 'rust'], prompts: 4 };

test('the model as it is comes first, then asking, and each cell once', () => {
  const cells = planCells(
    read({
      name: 'a',
      parts: [PART, { ...PART, methods: ['dim'], strengths: [1, 0.5], seeds: [0, 3] }, { ...PART, prompts: 2 }],
    }),
  );
  assert.deepEqual(cells.map(cellName), [
    'none-instruction-neutral',
    'prompt-cpp-instruction-neutral',
    'prompt-rust-instruction-neutral',
    'dim-cpp-instruction-neutral',
    'dim-rust-instruction-neutral',
    'dim-cpp-instruction-neutral-s3',
    'dim-rust-instruction-neutral-s3',
    'dim-cpp-instruction-neutral-x0.5',
    'dim-rust-instruction-neutral-x0.5',
    'dim-cpp-instruction-neutral-x0.5-s3',
    'dim-rust-instruction-neutral-x0.5-s3',
  ]);
  assert.deepEqual(new Set(cells.map(({ prompts }) => prompts)), new Set([4]));
});

test('the same cell on more prompts takes the place of the one on fewer, whichever comes first', () => {
  const counts = (first: number, second: number) =>
    planCells(read({ name: 'a', parts: [first, second].map((prompts) => ({ ...PART, prompts })) })).map(
      ({ prompts }) => prompts,
    );
  assert.deepEqual(counts(2, 6), [6, 6, 6, 6, 6]);
  assert.deepEqual(counts(6, 2), [6, 6, 6, 6, 6]);
});

test('styles and openings are cells of their own; what fits nothing ignores strengths and seeds', () => {
  const cells = planCells(
    read({
      name: 'a',
      parts: [
        {
          methods: ['none', 'prompt'],
          targets: ['cpp', 'rust'],
          styles: ['instruction', 'comment'],
          openings: ['neutral', 'none'],
          strengths: [1, 2],
          seeds: [0, 1],
        },
      ],
    }),
  );
  assert.equal(cells.length, 4 + 8);
  for (const { strength, seed, prompts } of cells)
    assert.deepEqual({ strength, seed, prompts }, { strength: 0, seed: 0, prompts: MAX_STUDY_PROMPTS });
});

test('strengths of one seed have one artefact, other seeds another', () => {
  const cells = planCells(read({ name: 'a', parts: [{ ...PART, strengths: [1, 2], seeds: [0, 7] }] }));
  const names = new Set(cells.map(artefactName));
  assert.deepEqual(names, new Set([undefined, 'dim-cpp', 'dim-rust', 'dim-cpp-s7', 'dim-rust-s7']));
});

test('asked and steered at once is a cell of its own, with the artefact of its method', () => {
  const cells = planCells(read({ name: 'a', parts: [{ ...PART, methods: ['dim', 'prompt+dim'], targets: ['cpp'] }] }));
  assert.deepEqual(cells.map(cellName), ['dim-cpp-instruction-neutral', 'prompt+dim-cpp-instruction-neutral']);
  assert.deepEqual(cells.map(artefactName), ['dim-cpp', 'dim-cpp']);
  assert.deepEqual(cells.map(methodLabel), ['dim', 'asked and dim']);
  for (const method of ['prompt+none', 'prompt+', 'prompt+prompt'])
    assert.throws(
      () => read({ name: 'a', parts: [{ ...PART, methods: [method] }] }),
      (error) => UsageError.is(error, 'bad-study'),
    );
});

test('fewer prompts are the first of more, of both kinds, and so are those that are scored', () => {
  const all = studyPrompts('instruction', MAX_STUDY_PROMPTS);
  assert.equal(MAX_STUDY_PROMPTS, 84);
  assert.deepEqual(studyPrompts('instruction', 12), all.slice(0, 12));
  const scored = all.filter((_, i) => isScored(i));
  assert.equal(scored.length, 42);
  for (const some of [all.slice(0, 4), scored.slice(0, 4)])
    assert.deepEqual(some.map(({ kind }) => kind).sort(), ['high-level', 'high-level', 'performance', 'performance']);
});

const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ['no name', { parts: [PART] }, /name is missing/],
  ['a name that is a path', { name: '../a', parts: [PART] }, /name must be 1 to 64/],
  ['no part', { name: 'a', parts: [] }, /parts must have at least one part/],
  ['a misspelt field', { name: 'a', parts: [PART], maxToken: 3 }, /maxToken is no field/],
  [
    'a misspelt field of a part',
    { name: 'a', parts: [{ ...PART, style: ['comment'] }] },
    /parts\.0\.style is no field/,
  ],
  [
    'an unknown method',
    { name: 'a', parts: [{ ...PART, methods: ['magic'] }] },
    /parts\.0\.methods\.0 must be one of .*dim/,
  ],
  ['an unknown language', { name: 'a', parts: [{ ...PART, targets: ['cobol'] }] }, /targets\.0 must be one of/],
  ['an entry twice', { name: 'a', parts: [{ ...PART, targets: ['cpp', 'cpp'] }] }, /targets has an entry twice/],
  [
    'a strength of nothing',
    { name: 'a', parts: [{ ...PART, strengths: [0] }] },
    /strengths\.0 must be a number above 0/,
  ],
  ['too many prompts', { name: 'a', parts: [{ ...PART, prompts: 85 }] }, /prompts must be a whole number from 1 to 84/],
  ['an autoencoder that is a path', { name: 'a', parts: [PART], sae: '../a' }, /sae must be 1 to 64/],
  ['half a token', { name: 'a', parts: [PART], maxTokens: 0.5 }, /maxTokens must be a whole number/],
  ['a number in its place', 5, /the whole must be an object/],
];
for (const [what, value, message] of WRONG) {
  test(`a study with ${what} is refused by the name of the field`, () => {
    assert.throws(
      () => read(value),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test('text that is no JSON is refused', () => {
  assert.throws(() => readStudyFile('{', 'a.json'), /a\.json is not JSON/);
});

test('what remains is estimated by cells of the same sort, and by fits', () => {
  const [none, asked, , dim] = planCells(read({ name: 'a', parts: [PART] }));
  const done = [
    { cell: none, ms: { generate: 400, judge: 0, likelihood: 0 } },
    { cell: dim, ms: { generate: 4000, judge: 2000, likelihood: 2000 } },
  ];
  assert.equal(estimateMs({ cells: [asked], fits: 0 }, done, [], 384), 400);
  assert.equal(estimateMs({ cells: [dim, dim], fits: 1 }, done, [500, 1500], 384), 17_000);
  assert.ok(estimateMs({ cells: [dim], fits: 1 }, [], [], 384) > 0);
});

test('the studies that ship are studies', () => {
  const folder = new URL('../../../studies/', import.meta.url);
  const files = fs.readdirSync(folder);
  assert.ok(files.includes('short.json') && files.includes('g-act.json'));
  for (const file of files) {
    const study = readStudyFile(fs.readFileSync(new URL(file, folder), 'utf8'), file);
    assert.equal(`${study.name}.json`, file);
    // What is asked in words is what everything is compared with.
    const cells = planCells(study).map(cellName);
    for (const cell of planCells(study).filter(({ target }) => target !== null)) {
      const asked = cellName({ ...cell, method: 'prompt', strength: 0, seed: 0 });
      assert.ok(cells.includes(asked), `${file} compares ${cellName(cell)} with nothing`);
    }
  }
});
