/** The panel of comparisons in a browser: every state in every theme, its keyboard, its tables, and what it asks the host. */
import assert from 'node:assert/strict';
import { readCase } from '../../src/protocol/panels/compareCase.ts';
import { COMPARE_WORDS } from '../../src/protocol/panels/compareWords.ts';
import { until } from '../vscode/harness/until.ts';
import { violationsOn } from './harness/axe.ts';
import { CASES, IDLE, SETTINGS, SHOWN, STATES, useComparePages } from './harness/fakeCompare.ts';
import { german } from './harness/german.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { screenshot } from './harness/panelPages.ts';
import { tableOf } from './harness/seen.ts';
import { DARK, THEMES } from './harness/themes.ts';

const scenario = useComparePages();

const OPEN_TABLES = `document.querySelectorAll('details').forEach((details) => { details.open = true; })`;

const visible = ({ page }: PanelPage, selector: string): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((element) => element.checkVisibility()).map(({ textContent }) => textContent)`,
  );

for (const theme of THEMES)
  scenario(`${theme.name}: axe finds nothing in any state, with the tables open`, async (open) => {
    const { panel, show } = await open(IDLE, { theme });
    await panel.page.evaluate(OPEN_TABLES);
    for (const [name, state] of Object.entries(STATES)) {
      await show(state);
      await screenshot(panel, `compare/${theme.name}-${name}`);
      assert.deepEqual(await violationsOn(panel), [], name);
    }
  });

scenario('nothing stands out of a narrow panel, in German too', async (open) => {
  const { panel, show } = await open(IDLE, { width: 300, words: german(COMPARE_WORDS) });
  for (const [name, state] of Object.entries(STATES)) {
    await show(state);
    const [page, window] = await panel.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    assert.ok(page <= window, `${name}: the page is ${page} px wide`);
    await screenshot(panel, `compare/narrow-${name}`);
  }
  assert.deepEqual(await violationsOn(panel), []);
});

scenario(
  'both texts stand side by side, parted at the first token that differs, with what steered each token',
  async (open) => {
    const { panel } = await open(STATES.shown);
    assert.deepEqual(await visible(panel, '.text h3'), ['A', 'B']);
    assert.deepEqual(await visible(panel, '.text pre'), [
      'Code:def f [first difference, token 2] ():\n',
      'Code:def f [first difference, token 2] (int x)',
    ]);
    assert.deepEqual(await visible(panel, '.steered-token'), ['def', ' f', ' [first difference, token 2] (int']);
    const said = await visible(panel, '.text .hint');
    assert.match(said.join('\n'), /not steered[^]*cpp ×1, layers 2–3, dose 0\.25, scope decide:3/);
    assert.match(said.join('\n'), /After token 2 the text so far was read again without this steering/);
  },
);

scenario('the same texts say so, and nothing is marked', async (open) => {
  const { panel } = await open(STATES.same);
  assert.deepEqual(await visible(panel, 'mark'), []);
  assert.equal((await visible(panel, '#texts-title + .hint')).length, 1);
});

scenario('the tables have the figures of the comparison', async (open) => {
  const { panel, show } = await open(STATES.shown);
  await panel.page.evaluate(OPEN_TABLES);
  for (const read of ['a', 'b'] as const) {
    await show({ ...STATES.shown, settings: { ...SETTINGS, read } });
    const { texts, layers, b } = CASES[SHOWN]?.result ?? assert.fail('no sample');
    const text = texts[read === 'a' ? 0 : 1];
    const [, ...rows] = await tableOf(panel, 'kl');
    assert.deepEqual(
      rows.map(([, ...cells]) => cells.map(Number)),
      text.ids.map((_, i) => [text.kl[i], (text.logB[i] ?? 0) - (text.logA[i] ?? 0), text.logA[i], text.logB[i]]),
    );
    const [, ...grid] = await tableOf(panel, 'grid');
    assert.deepEqual(
      grid.map((cells) => cells.map((cell) => parseFloat(cell))),
      Array.from({ length: layers }, (_, row) => layers - 1 - row).map((layer) => [
        layer,
        ...(text.difference[layer] ?? []),
      ]),
    );
    const [, acting, gate] = await tableOf(panel, 'trace-b');
    assert.deepEqual(acting?.slice(1).map(Number), b.steer[0]?.acting.map(Number));
    assert.deepEqual(
      gate?.slice(1),
      b.gates[0]?.strength.map((value) => value?.toFixed(2) ?? ''),
    );
  }
});

scenario('Enter on a cell shows what A and B hold likely there', async (open) => {
  const { panel } = await open(STATES.shown);
  await panel.page.locator('figure[aria-labelledby="grid-title"] canvas').focus();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('End');
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await visible(panel, '.detail h3'), ['Token 3 ⏎']);
  const cells = await visible(panel, '.detail tbody tr');
  assert.deepEqual(cells, ['1⏎0.750(int0.500', '2(int0.125⏎0.250']);
});

scenario('a slider asks to compare again with every move, and a button what it says', async (open) => {
  const { panel, host } = await open(STATES.shown);
  await panel.page.locator('#strength-b').focus();
  for (let i = 0; i < 3; i++) await panel.page.keyboard.press('ArrowRight');
  await until('three wishes', () => host.asked.filter(([verb]) => verb === 'tune').length === 3);
  const tuned = host.asked.flatMap(([verb, params]) => (verb === 'tune' ? [params] : []));
  assert.deepEqual(
    tuned,
    [1.05, 1.1, 1.15].map((strength) => ({ ...SETTINGS, b: { direction: 'cpp', strength } })),
  );
  assert.equal(await panel.page.locator('#strength-a').isDisabled(), true);
  for (const [name, verb] of [
    ['Compare', 'start'],
    ['Keep as a Case', 'keep'],
    ['Export as JSON…', 'save'],
  ] as const) {
    await panel.page.getByText(name, { exact: true }).click();
    await until(name, () => host.asked.at(-1)?.[0] === verb);
  }
});

scenario('a prompt that was typed is compared without being left first', async (open) => {
  const { panel, host } = await open(IDLE);
  await panel.page.locator('#prompt').fill('Sort a list.');
  await panel.page.getByText('Compare', { exact: true }).click();
  await until('the start', () => host.asked.some(([verb]) => verb === 'start'));
  const verbs = host.asked.map(([verb]) => verb);
  assert.ok(verbs.indexOf('choose') < verbs.indexOf('start'));
  assert.deepEqual(host.asked.find(([verb]) => verb === 'choose')?.[1], { ...SETTINGS, prompt: 'Sort a list.' });
});

scenario('figures are asked for once for each comparison, however often a snapshot names it', async (open) => {
  const { host, show } = await open(STATES.shown);
  for (const state of [STATES.shown, STATES['the text of B'], STATES.stale, STATES.shown]) await show(state);
  assert.deepEqual(
    host.asked.filter(([verb]) => verb === 'comparison'),
    [['comparison', { id: SHOWN }]],
  );
});

scenario('the samples are what a file may hold', async (open) => {
  await open(IDLE, { theme: DARK });
  for (const comparison of Object.values(CASES))
    assert.deepEqual(readCase(JSON.parse(JSON.stringify(comparison))), comparison);
});
