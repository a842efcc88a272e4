/** What the panel of probes draws, as data: lines over layers, confusion, scores along tokens; and what a kept study must be. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confusionGrid } from '../../../../src/core/charts/confusion.ts';
import { tableOfGrid } from '../../../../src/core/charts/grid.ts';
import { probeLayers } from '../../../../src/core/charts/probeLayers.ts';
import { tokenScoreGrid } from '../../../../src/core/charts/tokenScores.ts';
import { languagesToProbe } from '../../../../src/core/probes/question.ts';
import { bestLayer, readProbeStudy, type ProbeLayer, type ProbeStudy } from '../../../../src/core/probes/study.ts';

/** Of two languages. */
const COUNTS = [
  [9, 1],
  [2, 8],
];

function layerOf(layer: number, share: number): ProbeLayer {
  return {
    ...{ layer, accuracy: [share, share - 0.1, share + 0.05], majority: 0.5, shuffled: 0.45 },
    ...{ centroids: [share - 0.1, share - 0.2, share], confusion: COUNTS },
  };
}

const STUDY: ProbeStudy = {
  ...{ version: 1, startedAt: '2026-11-27T09:30:00.000Z', elapsedMs: 10, end: 'complete', software: '0.1.0' },
  model: { name: 'm', precision: 'fast', fingerprint: 'f' },
  ...{ languages: ['cpp', 'python'], hooks: ['resid_post', 'attn.hook_z'], seed: 0 },
  results: [0.9, 0.8].map((share) => ({
    labels: ['cpp', 'python'],
    n: 20,
    layers: [layerOf(0, share - 0.2), layerOf(1, share), layerOf(2, share)],
    embedding: layerOf(-1, 0.6),
    askedFor: [layerOf(0, 0.95), layerOf(1, 0.9), layerOf(2, 0.85)],
    position: 'token 32',
  })),
};

describe('probeLayers', () => {
  test('a line for the probe, for the other place, and for each control; intervals where there are some', () => {
    const { series, table, summary } = probeLayers(STUDY, 'written');
    assert.deepEqual(
      series.map(({ id, name }) => [id, name]),
      [
        ['probe', 'logistic probe, resid_post'],
        ['elsewhere', 'logistic probe, attn.hook_z'],
        ['centroids', 'nearest class mean, resid_post'],
        ['embedding', 'embedding'],
        ['shuffled', 'labels shuffled'],
        ['majority', 'commonest language'],
      ],
    );
    assert.deepEqual(
      series[3]?.points.map(({ share }) => share),
      [0.6, 0.6, 0.6],
    );
    const [layer, ...cells] = table.rows[1] ?? [];
    assert.equal(layer, 1);
    assert.deepEqual(cells, ['90% [80, 95]', '80% [70, 85]', '80% [70, 90]', '60% [50, 65]', '45%', '50%']);
    assert.match(
      summary,
      /^Lines over 3 layers\. The probe at resid_post is best at layer 1: 90% \[80, 95\]\. There, /,
    );
    assert.match(summary, /embedding 60%, labels shuffled 45%, commonest language 50%\.$/);
  });

  test('of what a prompt asks for there is no embedding in older results, nor another place where there is none', () => {
    const { series } = probeLayers({ ...STUDY, results: STUDY.results.slice(0, 1) }, 'asked');
    assert.deepEqual(
      series.map(({ id }) => id),
      ['probe', 'centroids', 'shuffled', 'majority'],
    );
    assert.deepEqual(probeLayers({ ...STUDY, results: [] }, 'written').series, []);
  });

  test('the best layer is the lowest of equals', () => {
    assert.equal(bestLayer(STUDY.results[0]?.layers ?? [])?.layer, 1);
    assert.equal(bestLayer([]), undefined);
  });
});

test('confusion has counts and shares of rows, and names the worst mistake', () => {
  const grid = confusionGrid(COUNTS, ['cpp', 'python']);
  assert.deepEqual(tableOfGrid(grid).rows, [
    ['C++', '9 of 10 · 90 %', '1 of 10 · 10 %'],
    ['Python', '2 of 10 · 20 %', '8 of 10 · 80 %'],
  ]);
  assert.match(grid.summary, /17 of 20 are right\. Most often taken for another: Python for C\+\+, 20%\.$/);
  const none = confusionGrid(
    [
      [0, 0],
      [0, 5],
    ],
    ['cpp', 'python'],
  );
  assert.deepEqual(none.values, [null, null, 0, 100]);
});

test('tokens are named by line and text; the summary says which language is likeliest how often', () => {
  const tokens = [
    { text: ' def', line: 0, scores: [0.9, 0.1] },
    { text: 'int', line: 4, scores: [0.2, 0.8] },
    { text: '{', line: 4, scores: [0.3, 0.7] },
  ];
  const grid = tokenScoreGrid({ languages: ['python', 'cpp'], tokens });
  assert.deepEqual(
    [grid.rows, grid.columns],
    [
      ['1: def', '5: int', '5: {'],
      ['Python', 'C++'],
    ],
  );
  assert.deepEqual(grid.values, [0.9, 0.1, 0.2, 0.8, 0.3, 0.7]);
  assert.equal(
    grid.summary,
    '3 tokens by 2 languages. Likeliest: C++ at 67% of the tokens, Python at 33% of the tokens.',
  );
});

describe('a study that was kept', () => {
  const kept = (): Record<string, unknown> => JSON.parse(JSON.stringify(STUDY)) as Record<string, unknown>;

  test('comes back as it was, from before class means and confusion too', () => {
    assert.deepEqual(readProbeStudy(kept()), STUDY);
    const old = JSON.stringify(STUDY, (key, value: unknown) =>
      key === 'centroids' || key === 'confusion' ? undefined : value,
    );
    assert.equal(readProbeStudy(JSON.parse(old))?.results.length, 2);
  });

  test('is none where anything is not what it should be', () => {
    for (const change of [
      { version: 2 },
      { end: 'well' },
      { languages: ['cpp'] },
      { languages: ['cpp', 'klingon'] },
      { results: [] },
      { more: 1 },
    ])
      assert.equal(readProbeStudy({ ...kept(), ...change }), undefined, JSON.stringify(change));
    assert.equal(readProbeStudy(null), undefined);
  });
});

test('all languages together have the target among them, once', () => {
  assert.deepEqual(languagesToProbe('cpp', 'python'), ['cpp', 'python']);
  assert.equal(languagesToProbe('cpp', 'all').length, 6);
  assert.ok(languagesToProbe('julia', 'all').includes('julia'));
});
