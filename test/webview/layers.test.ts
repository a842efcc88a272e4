/** The panel of layers in a browser: its grid, a cell taken apart, keyboard, table, themes, and what is not meant well. */
import assert from 'node:assert/strict';
import { layersGrid, type LayerMeasure } from '../../src/core/charts/layersGrid.ts';
import { tableOfGrid } from '../../src/core/charts/grid.ts';
import { until } from '../vscode/harness/until.ts';
import { violationsOn } from './harness/axe.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { TEXTS, hostileSnapshots } from './harness/hostile.ts';
import { LAYERS_STATES as STATES, sampleReading, useLayersPages } from './harness/layersPages.ts';
import { screenshot } from './harness/panelPages.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { tableOf } from './harness/seen.ts';
import { LIGHT, THEMES } from './harness/themes.ts';

const scenario = useLayersPages();
const figures = sampleReading();

const CANVAS = 'figure[aria-labelledby="layers-title"] canvas';
const OPEN_TABLES = `document.querySelectorAll('details').forEach((details) => { details.open = true; })`;

/** Resolves when a grid of that picture has come and was drawn. */
async function gridShown({ page }: PanelPage, id = 'layers'): Promise<void> {
  await until('the grid', () =>
    page.evaluate(
      `(document.querySelector('figure[aria-labelledby="${id}-title"] canvas')?.getAttribute('aria-label') ?? '') !== ''`,
    ),
  );
}

for (const theme of THEMES)
  scenario(`${theme.name}: axe finds nothing in any state, with the tables and a cell open`, async (open) => {
    const { panel, show } = await open(STATES.lens, { theme });
    await gridShown(panel);
    await panel.page.locator(CANVAS).focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    await gridShown(panel, 'heads');
    await panel.page.evaluate(OPEN_TABLES);
    await screenshot(panel, `layers-${theme.name}`);
    assert.deepEqual(await violationsOn(panel), [], 'a cell');
    for (const [name, state] of Object.entries(STATES)) {
      await show(state);
      assert.deepEqual(await violationsOn(panel), [], name);
    }
  });

scenario('every measure is asked for once, and its table has its figures', async (open) => {
  const { panel, host, show } = await open(STATES.lens);
  await gridShown(panel);
  await panel.page.evaluate(OPEN_TABLES);
  for (const measure of ['lens', 'norm', 'cosine', 'probe'] as const satisfies readonly LayerMeasure[]) {
    await show({ ...STATES.lens, settings: { ...STATES.lens.settings, measure } });
    const wanted = tableOfGrid(layersGrid(figures, { measure, language: 'cpp' })).rows.map((row) => row.map(String));
    await until(`the table of ${measure}`, async () => {
      const [, ...rows] = await tableOf(panel, 'layers');
      return JSON.stringify(rows) === JSON.stringify(wanted);
    });
  }
  await show(STATES.lens);
  await show(STATES.lens);
  const asked = host.asked.map(([verb, params]) => `${verb} ${JSON.stringify(params)}`);
  assert.equal(asked.length, 5, asked.join('\n'));
});

scenario(
  'the score of a language: another one is asked for, a cell has all, and where it comes from is said',
  async (open) => {
    const { panel, host } = await open(STATES.probe);
    await gridShown(panel);
    const { page } = panel;
    assert.equal(
      await page.locator(CANVAS).getAttribute('aria-label'),
      layersGrid(figures, { measure: 'probe', language: 'cpp' }).summary,
    );
    const facts = await page.locator('.results > dl.facts').innerText();
    assert.match(facts, /languages, made .*2026.*, best at layer 29/);
    assert.match(facts, /not white space, not the first of the text/);
    await page.evaluate(`(() => {
    const list = document.getElementById('language');
    list.value = 'python';
    list.dispatchEvent(new Event('change'));
  })()`);
    await until('the other language', () =>
      Promise.resolve(
        host.asked.some(([verb, params]) => verb === 'grid' && JSON.stringify(params).includes('python')),
      ),
    );
    await page.locator(CANVAS).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.cell-detail caption', { hasText: 'Languages by the probe' }).waitFor();
  },
);

scenario('without probes of every layer the page says so, and one button makes them', async (open) => {
  const { panel, host, show } = await open(STATES['no probes']);
  const { page } = panel;
  await page.locator('.notice', { hasText: 'no probe scores' }).waitFor();
  assert.equal(await page.locator(CANVAS).isVisible(), false);
  assert.equal(await page.locator('#language').isVisible(), false);
  await page.locator('vscode-button', { hasText: 'Make Probes of Every Layer' }).click();
  await until('the fit', () => Promise.resolve(host.asked.some(([verb]) => verb === 'fitProbes')));
  assert.ok(!host.asked.some(([verb]) => verb === 'grid'), 'no grid is asked for that there is not');
  await show(STATES.probe);
  await gridShown(panel);
  assert.equal(await page.locator('.notice', { hasText: 'no probe scores' }).isVisible(), false);
});

scenario('arrow keys read the cells, Enter takes one apart, and a head of it opens', async (open) => {
  const { panel, host } = await open(STATES.lens);
  await gridShown(panel);
  const { page } = panel;
  await page.locator(CANVAS).focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  const reading = page.locator('figure[aria-labelledby="layers-title"] .reading');
  assert.equal(await reading.innerText(), 'token 2 ⏎, layer 1: ␣numpy · 0.11');
  await page.keyboard.press('Enter');
  await page.locator('.cell-detail h2', { hasText: 'Layer 1, token 2' }).first().waitFor();
  assert.deepEqual(host.asked.at(-1), ['cell', { id: 'one', row: 2, layer: 1 }]);
  assert.equal(await page.getByText('31 features of code-16 are active').isVisible(), true);
  await page.getByRole('button', { name: '7 · 1.25 · not looked at yet' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(host.asked.at(-1), ['openFeature', { name: 'code-16', feature: 7 }]);
  await page.locator('figure[aria-labelledby="heads-title"] canvas').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await gridShown(panel, 'head');
  assert.deepEqual(host.asked.at(-1), ['head', { id: 'one', layer: 1, head: 1 }]);
});

scenario('a click opens the cell under the pointer, also where the grid was moved', async (open) => {
  const { panel, host } = await open(STATES.lens, { width: 700 });
  await gridShown(panel);
  const { page } = panel;
  await page.evaluate(`document.querySelector('${CANVAS}').parentElement.scrollLeft = 640`);
  await panel.settle();
  const box = await page.locator(CANVAS).boundingBox();
  assert.ok(box);
  await page.mouse.click(box.x + box.width - 10, box.y + 22 + 20 * 3 + 10);
  await until('the cell', () => host.asked.some(([verb]) => verb === 'cell'));
  const [, params] = host.asked.findLast(([verb]) => verb === 'cell') ?? [];
  const { row, layer } = params as { row: number; layer: number };
  assert.equal(row, 3);
  // 64 px a cell, of which 640 px are gone to the left.
  assert.ok(layer > 15 && layer < 20, `layer ${layer}`);
});

scenario('a reading from a file says what it cannot show', async (open) => {
  const { panel } = await open(STATES['from a file']);
  await gridShown(panel);
  await panel.page.locator(CANVAS).focus();
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('Enter');
  await panel.page.locator('.cell-detail .hint', { hasText: 'from a file' }).waitFor();
  assert.equal(await panel.page.locator('figure[aria-labelledby="heads-title"]').isVisible(), false);
});

scenario('hostile snapshots: nothing runs, and the next good one is drawn', async (open) => {
  const hostile = hostileSnapshots({ ...STATES.cosine, work: STATES.reading.work, problem: STATES.failed.problem });
  const { panel, host } = await open(STATES.lens, { width: 400 });
  for (const { what, snapshot } of hostile) {
    host.show(snapshot);
    await panel.delivered();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    host.show(STATES.lens);
    await panel.delivered();
    assert.equal(await panel.page.locator('h1').innerText(), 'Layers', what);
    assert.deepEqual(panel.errors, [], what);
  }
  await gridShown(panel);
  assert.deepEqual(panel.requests, []);
});

scenario('tokens as hostile as any stay text, and move nothing out of a narrow page', async (open) => {
  const { panel, host, show } = await open(STATES.empty, { width: 320, theme: LIGHT });
  Object.assign(host, { figures: sampleReading(23, 30, Object.values(TEXTS)) });
  await show({ ...STATES.lens, reading: { ...STATES.lens.reading, id: 'two', source: TEXTS['long'] ?? '' } });
  await gridShown(panel);
  await panel.page.evaluate(OPEN_TABLES);
  await panel.page.locator(CANVAS).focus();
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('Enter');
  await panel.page.locator('.cell-detail table').first().waitFor();
  assert.deepEqual(await harmTo(panel), UNHARMED);
  const [page, window] = await panel.page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  assert.ok(page <= window, `the page is ${page} px wide`);
});

scenario('what is being written grows, stays at its end, and says what is not read yet', async (open) => {
  const { panel, host, show } = await open(STATES.empty);
  const { page } = panel;
  const end = `(() => { const { scrollTop, clientHeight, scrollHeight } = document.querySelector('${CANVAS}').parentElement;
    return scrollHeight - clientHeight - scrollTop; })()`;
  for (const tokens of [5, 40, 60]) {
    const grown = sampleReading(tokens);
    const confidence = grown.measures.confidence.map((value, at) => (at < 30 * (tokens - 3) ? value : null));
    Object.assign(host, { figures: { ...grown, massive: [], measures: { ...grown.measures, confidence } } });
    await show({ ...STATES.writing, reading: { ...STATES.writing.reading, id: `live.${tokens}`, tokens } });
    const said = new RegExp(`grid of ${tokens} tokens`);
    await until('the rows', async () => said.test((await page.locator(CANVAS).getAttribute('aria-label')) ?? ''));
    await panel.settle();
    assert.ok((await page.evaluate<number>(end)) < 20, `${tokens} tokens`);
  }
  assert.match(await page.locator('.notice').first().innerText(), /^The model is writing: 60 tokens so far/);
  await screenshot(panel, 'layers-writing');
  await page.locator(CANVAS).focus();
  await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 60; i++) await page.keyboard.press('ArrowDown');
  assert.match(
    await page.locator('figure[aria-labelledby="layers-title"] .reading').innerText(),
    /^token 59 .*not read yet$/,
  );
  await page.keyboard.press('Enter');
  assert.equal(
    host.asked.some(([verb]) => verb === 'cell'),
    false,
  );
  assert.deepEqual(await violationsOn(panel), []);
});
