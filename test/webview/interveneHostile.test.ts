/** The panel of interventions, and what is not meant well: no text becomes code or markup, and no snapshot breaks the page. */
import assert from 'node:assert/strict';
import type { InterveneResult, SweepResult } from '../../src/protocol/interventionTypes.ts';
import type { InterveneSnapshot } from '../../src/protocol/panels/intervene.ts';
import { INTERVENE_WORDS } from '../../src/protocol/panels/interveneWords.ts';
import type { InterveneWords } from '../../src/protocol/panels/interveneWords.ts';
import { until } from '../vscode/harness/until.ts';
import { useIntervenePages } from './harness/fakeIntervene.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { TEXTS, hostileSnapshots } from './harness/hostile.ts';
import { PATCHED, RESULT, STATES } from './harness/interveneStates.ts';
import type { PanelPage } from './harness/panelPage.ts';

const scenario = useIntervenePages();

/** Everything that the panel can have at once. */
const HOSTILE = hostileSnapshots<InterveneSnapshot>({
  ...STATES.all,
  settings: { ...STATES.all.settings, prefill: 'A' },
  work: STATES.sweeping.work,
  problem: STATES.failed.problem,
});

const FIGURES = hostileSnapshots<InterveneResult>(RESULT);

const SEEN = `(() => {
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  return ['h1', 'vscode-button', '.token', '.card-figure', '.problem', 'figure h2', '.facts div'].map((selector) =>
    visible(selector).map(({ textContent }) => textContent));
})()`;

const seenOn = ({ page }: PanelPage): Promise<unknown> => page.evaluate(SEEN);

scenario(`${HOSTILE.length} hostile snapshots: nothing runs, and the next good one is drawn whole`, async (open) => {
  assert.ok(HOSTILE.length + FIGURES.length >= 200, `${HOSTILE.length} snapshots`);
  const { panel, host } = await open(STATES.single, { width: 400 });
  await until('the figures', () => panel.page.locator('.card-figure').first().isVisible());
  const good = await seenOn(panel);
  for (const { what, snapshot } of HOSTILE) {
    host.show(snapshot);
    await panel.delivered();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    host.show(STATES.single);
    await panel.delivered();
    assert.deepEqual(await seenOn(panel), good, `after ${what}`);
    assert.deepEqual(panel.errors, [], what);
  }
  assert.deepEqual(panel.requests, []);
});

scenario('hostile figures of an intervention, and hostile tokens', async (open) => {
  const { panel, host } = await open(STATES.ready, { width: 400 });
  const idOf = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  for (const [i, { what, snapshot }] of FIGURES.entries()) {
    host.single = async () => snapshot;
    host.tokens = async () => snapshot.ids as never;
    const tokens = { id: idOf(1000 + i), count: 5 };
    host.show({ ...STATES.single, tokens, single: { ...STATES.single.single, id: idOf(i) } });
    await panel.settle();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    assert.deepEqual(panel.errors, [], what);
  }
});

scenario('hostile grids', async (open) => {
  const { panel, host } = await open(STATES.single, { width: 400 });
  const grids = hostileSnapshots<SweepResult>(PATCHED);
  for (const [i, { what, snapshot }] of grids.entries()) {
    host.sweepOf = () => snapshot;
    const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    host.show({ ...STATES.single, sweep: { ...STATES.all.sweep, id } });
    await panel.settle();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    assert.deepEqual(panel.errors, [], what);
  }
});

scenario('words as hostile as any stay words', async (open) => {
  for (const name of ['image', 'end of an attribute', 'half a character'] as const) {
    const text = TEXTS[name] ?? '';
    const words: InterveneWords = JSON.parse(
      JSON.stringify(INTERVENE_WORDS, (_key, value: unknown) => (typeof value === 'string' ? text : value)),
    );
    const { panel } = await open(STATES.all, { words });
    assert.deepEqual(await harmTo(panel), UNHARMED, name);
  }
});

scenario('long texts move nothing out of a narrow page', async (open) => {
  const { panel, show } = await open(STATES.single, { width: 300 });
  for (const name of ['long', 'long, with blanks']) {
    const found = HOSTILE.find(({ what }) => what === `every text is ${name}`);
    assert.ok(found);
    await show(found.snapshot);
    const [page, window] = await panel.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    assert.ok(page <= window, `${name}: the page is ${page} px wide`);
  }
});
