/** Nothing that a model, a file or a name could hold does harm in the panel of comparisons, in snapshots and in its figures. */
import assert from 'node:assert/strict';
import type { CompareSnapshot, ComparisonCase } from '../../src/protocol/panels/compare.ts';
import { CASES, GATED, SHOWN, STATES, useComparePages } from './harness/fakeCompare.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { hostileSnapshots } from './harness/hostile.ts';

const scenario = useComparePages();

const SNAPSHOTS = hostileSnapshots<CompareSnapshot>({
  ...STATES['kept, of a completion'],
  work: STATES.writing.work,
  problem: STATES.failed.problem,
});

scenario(`${SNAPSHOTS.length} hostile snapshots: nothing runs, and the next good one is drawn whole`, async (open) => {
  assert.ok(SNAPSHOTS.length >= 80, `${SNAPSHOTS.length} snapshots`);
  const { panel, host } = await open(STATES.shown, { width: 400 });
  // News for screen readers aside, which tell of what was before.
  const seen = (): Promise<string> =>
    panel.page.evaluate(
      `[...document.querySelectorAll('main > :not(.for-readers)')].filter((part) => part.checkVisibility()).map(({ innerText }) => innerText).join() + document.querySelector('textarea').value`,
    );
  await panel.settle();
  const good = await seen();
  for (const { what, snapshot } of SNAPSHOTS) {
    host.show(snapshot);
    await panel.delivered();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    host.show(STATES.shown);
    await panel.settle();
    assert.equal(await seen(), good, `after ${what}`);
    assert.deepEqual(panel.errors, [], what);
  }
  assert.deepEqual(panel.requests, []);
});

const COMPARISONS = hostileSnapshots<ComparisonCase>(CASES[GATED] ?? assert.fail('no sample'));

scenario(`${COMPARISONS.length} hostile comparisons: nothing runs, and the next good one is drawn`, async (open) => {
  assert.ok(COMPARISONS.length >= 200, `${COMPARISONS.length} comparisons`);
  const { panel, host } = await open(STATES.shown, { width: 400 });
  for (const [i, { what, snapshot }] of COMPARISONS.entries()) {
    const id = `00000000-0000-4000-8000-${String(i + 100).padStart(12, '0')}`;
    host.cases = { ...CASES, [id]: snapshot };
    host.show({ ...STATES.shown, shownId: id });
    await panel.delivered();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    assert.deepEqual(panel.errors, [], what);
  }
  const last = '00000000-0000-4000-8000-00000000ffff';
  host.cases = { [last]: CASES[SHOWN] ?? assert.fail('no sample') };
  host.show({ ...STATES.shown, shownId: last });
  await panel.settle();
  const texts = await panel.page.evaluate<string[]>(
    `[...document.querySelectorAll('.text pre')].map(({ textContent }) => textContent)`,
  );
  assert.match(texts.join(), /^Code:def f/);
  const [page, window] = await panel.page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  assert.ok(page <= window);
});
