/** What evidence gathers in one pass, against plain recounts of the same activations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DoublingHistograms, HISTOGRAM_BINS } from '../../../src/core/sae/doublingHistogram.ts';
import { EvidenceCollector, type EvidenceWindow } from '../../../src/core/sae/evidenceCollector.ts';
import { TopContexts } from '../../../src/core/sae/topContexts.ts';
import { createRandom } from '../../../src/core/stats/random.ts';

const FEATURES = 12;
const OPTIONS = { dSae: FEATURES, languages: 2, windows: 30, contexts: 5, contextsPerFile: 2, around: 3 };

/** Windows of random activations, as dense rows and as the collector takes them. */
function sampleWindows(seed: number): { window: EvidenceWindow; dense: number[][] }[] {
  const random = createRandom(seed);
  return Array.from({ length: OPTIONS.windows }, (_, i) => {
    const length = 4 + random.below(9);
    const dense = Array.from({ length }, () =>
      Array.from({ length: FEATURES }, () => (random.next() < 0.2 ? Math.fround(random.next() * 10) : 0)),
    );
    const starts = [0];
    const [indices, values]: [number[], number[]] = [[], []];
    for (const row of dense) {
      for (const [feature, value] of row.entries())
        if (value > 0) {
          indices.push(feature);
          values.push(value);
        }
      starts.push(indices.length);
    }
    const file = Math.floor(i / 4);
    const features = {
      starts: Uint32Array.from(starts),
      indices: Uint32Array.from(indices),
      values: Float32Array.from(values),
    };
    const ids = Array.from({ length }, () => random.below(100));
    const counted = Uint8Array.from(ids, (_, row) => Number(row > 0));
    return { window: { file, language: file % 2, start: i * 20, ids, features, counted }, dense };
  });
}

test('counts, means and maxima are those of all counted tokens, and contexts the best of all windows, two of a file', () => {
  for (const seed of [1, 2, 3]) {
    const windows = sampleWindows(seed);
    const collector = new EvidenceCollector(OPTIONS);
    for (const { window } of windows) collector.add(window);
    assert.equal(
      collector.tokens,
      windows.reduce((sum, { dense }) => sum + dense.length - 1, 0),
    );
    for (let feature = 0; feature < FEATURES; feature++) {
      const found = collector.feature(feature);
      const values = windows.flatMap(({ dense }) => dense.slice(1).map((row) => row[feature])).filter((x) => x > 0);
      assert.equal(found.active, values.length);
      assert.equal(found.max, Math.max(0, ...values));
      assert.ok(Math.abs(found.mean - values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)) < 1e-9);
      assert.equal(
        found.histogram.counts.reduce((sum, count) => sum + count, 0),
        values.length,
      );
      const peaks = windows.map(({ window, dense }) => {
        const ofRows = dense.map((row, i) => (i === 0 ? 0 : row[feature]));
        const value = Math.max(...ofRows);
        return { value, file: window.file, position: window.start + ofRows.indexOf(value) };
      });
      assert.deepEqual(
        found.contexts.map(({ value, file, position }) => ({ value, file, position })),
        bestByBruteForce(peaks),
      );
      for (const { values: heat, at, value, position, file, ids } of found.contexts) {
        assert.equal(heat[at], value);
        const from = windows.find(({ window }) => window.file === file && inside(window, position));
        assert.ok(from);
        const first = position - at - from.window.start;
        assert.deepEqual(ids, from.window.ids.slice(first, first + ids.length));
        assert.deepEqual(
          heat,
          from.dense.slice(first, first + ids.length).map((row, i) => (first + i === 0 ? 0 : row[feature])),
        );
      }
    }
  }
});

function inside({ start, ids }: EvidenceWindow, position: number): boolean {
  return position >= start && position < start + ids.length;
}

/** All of them sorted, and taken from the top as long as the file has no two. */
function bestByBruteForce<T extends { value: number; file: number }>(all: readonly T[]): T[] {
  const taken: T[] = [];
  for (const one of all.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value))
    if (taken.length < 5 && taken.filter(({ file }) => file === one.file).length < 2) taken.push(one);
  return taken;
}

test('the best contexts are kept whatever the order inside of a file', () => {
  const random = createRandom(7);
  for (let round = 0; round < 300; round++) {
    const all = Array.from({ length: 40 }, (_, i) => ({ value: 1 + random.below(1000) / 7, file: Math.floor(i / 5) }));
    // Equal values would be told apart by their order alone.
    if (new Set(all.map(({ value }) => value)).size < all.length) continue;
    const top = new TopContexts<(typeof all)[number]>(5, 2);
    for (const one of all) {
      const takes = top.takes(one);
      top.add(one);
      assert.equal(top.list().includes(one), takes);
      assert.ok(top.list().length <= 5);
    }
    assert.deepEqual(top.list(), bestByBruteForce(all));
  }
});

test('a histogram that doubles its bins has every number in the bin that its width says, in any order', () => {
  const random = createRandom(9);
  const values = Array.from({ length: 500 }, () => Math.exp(random.normal() * 4));
  const orders = [values, values.toSorted((a, b) => a - b), values.toSorted((a, b) => b - a)];
  const found = orders.map((order) => {
    const histograms = new DoublingHistograms(2);
    for (const value of order) histograms.add(1, value);
    assert.deepEqual(histograms.of(0), { width: 0, counts: [] });
    return histograms.of(1);
  });
  const { width, counts } = found[0];
  assert.deepEqual(found, [found[0], found[0], found[0]]);
  assert.ok(counts.length > HISTOGRAM_BINS / 2 && counts.length <= HISTOGRAM_BINS, `${counts.length}`);
  counts.forEach((count, bin) =>
    assert.equal(count, values.filter((value) => Math.floor(value / width) === bin).length, `bin ${bin}`),
  );
});

test('numbers at the edge of a power of two are within', () => {
  for (const value of [1, 2, 32, 64, 31.999999999999996, 2 ** -30, 3e38, 1e-40]) {
    const histograms = new DoublingHistograms(1);
    histograms.add(0, value);
    const { width, counts } = histograms.of(0);
    assert.ok(counts.length <= HISTOGRAM_BINS && value >= width * (counts.length - 1) && value < width * counts.length);
  }
});
