/** The panel of probes as its user finds it: what each state shows, that pictures and tables agree, and what opens. */
import assert from 'node:assert/strict';
import { PROBES_WORDS } from '../../src/protocol/panels/probesWords.ts';
import { until } from '../vscode/harness/until.ts';
import { violationsOn } from './harness/axe.ts';
import { drawnIn } from './harness/canvasRecorder.ts';
import { useProbesPages } from './harness/fakeProbes.ts';
import { german } from './harness/german.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { TEXTS, hostileSnapshots } from './harness/hostile.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { screenshot } from './harness/panelPages.ts';
import { STATES_OF_PROBES as STATES } from './harness/probesStates.ts';
import { READINGS, STUDIES } from './harness/sampleProbes.ts';
import { seenOn, tableOf } from './harness/seen.ts';
import { THEMES } from './harness/themes.ts';

const scenario = useProbesPages();

const STUDY_PICTURES = ['Written so far, by layer', 'Asked for, by layer', 'Confusion by language, written so far'];
const FILE_PICTURES = ['Language by token', 'Language along the tokens'];

/** Waits until these pictures and no others are there: figures are asked for after the snapshot. */
async function pictured(panel: PanelPage, pictures: readonly string[]): Promise<void> {
  await until(`the pictures ${pictures.join()}`, async () => {
    const seen = await seenOn(panel);
    return JSON.stringify(seen.pictures) === JSON.stringify(pictures);
  });
  await panel.settle();
}

function picturesOf(state: { readonly study?: number; readonly reading?: { readonly key: number } }): string[] {
  const hasTokens = state.reading !== undefined && (READINGS[state.reading.key]?.tokens.length ?? 0) > 0;
  return [...(state.study === undefined ? [] : STUDY_PICTURES), ...(hasTokens ? FILE_PICTURES : [])];
}

scenario('each state shows its pictures, one way on, and what is missing', async (open) => {
  const { panel, show } = await open();
  const seen = async (name: keyof typeof STATES) => {
    await show(STATES[name]);
    await pictured(panel, picturesOf(STATES[name]));
    return seenOn(panel);
  };
  const missing = await seen('no model');
  assert.deepEqual(missing.buttons, ['Get the Default Model', 'Open a file, and put the cursor into it.']);
  assert.deepEqual(missing.notices, ['There is no model on this machine yet.']);
  const empty = await seen('empty');
  assert.deepEqual([empty.empty, empty.buttons], [true, ['Probe the layers', 'Read main.cpp']]);
  const probing = await seen('probing');
  assert.deepEqual(probing.buttons, ['Cancel', 'Read main.cpp']);
  assert.deepEqual(probing.enabled, ['layer']);
  assert.deepEqual(probing.progress, [
    '45',
    'resid_mid, place 2 of 2 · probing code: 27 of 60 texts · about 47 s left in this step',
  ]);
  assert.match(probing.took ?? '', /Under way: 1 of 2 places$/);
  assert.match((await seen('cancelled')).took ?? '', /Cancelled: 1 of 2 places$/);
  const failed = await seen('failed');
  assert.deepEqual(failed.problems, [STATES.failed.problem]);
  assert.match(failed.took ?? '', /Broken off: 1 of 2 places$/);
  assert.match((await seen('study')).took ?? '', /^2 min 34 s · Complete$/);
  assert.deepEqual((await seen('reading')).notices, ['Reading main.cpp …']);
  const noProbe = await seen('no probe');
  assert.deepEqual(noProbe.buttons, ['Probe the layers', 'Make a Probe for This Model']);
  assert.deepEqual(noProbe.problems, ['No probe of languages was made on this model.']);
  assert.deepEqual((await seen('file')).buttons, ['Probe the layers', 'Read main.cpp again']);
  const stale = await seen('stale file');
  assert.deepEqual(stale.notices, ['main.cpp has changed since it was read.']);
  assert.ok(stale.buttons.includes('Read other.py'));
  await seen('blank file');
  assert.match(await panel.page.locator('.part').innerText(), /no token in this text that is more than white space/);
});

scenario('the tables have the figures of the study, and the lines are drawn at them', async (open) => {
  const { panel } = await open(STATES.study);
  await pictured(panel, STUDY_PICTURES);
  const [head, ...rows] = await tableOf(panel, 'written');
  assert.deepEqual(head, [
    ...['Layer', 'logistic probe, resid_post', 'logistic probe, resid_mid', 'nearest class mean, resid_post'],
    ...['embedding', 'labels shuffled', 'commonest language'],
  ]);
  assert.equal(rows.length, 30);
  assert.deepEqual(rows[24], ['24', '95% [86, 98]', '95% [86, 98]', '87% [76, 93]', '43% [32, 56]', '46%', '50%']);
  assert.equal((await tableOf(panel, 'asked'))[25]?.[4], '50% [38, 62]');
  const { texts } = await drawnIn(panel, 'written');
  for (const tick of ['0%', '50%', '100%', 'layer', 'share that is told right'])
    assert.ok(
      texts.some(({ text }) => text === tick),
      tick,
    );
  const legend = await panel.page.locator('figure[aria-labelledby=written-title] .legend li').allInnerTexts();
  assert.deepEqual(legend, head?.slice(1));
  const icons = await panel.page
    .locator('figure[aria-labelledby=written-title] .legend svg')
    .evaluateAll((all) => all.map((icon) => icon.innerHTML.replaceAll(/series-\d/g, '')));
  assert.equal(new Set(icons).size, icons.length, 'each line has dashes and a mark of its own');
  const terms = await panel.page.locator('.terms dt').allInnerTexts();
  assert.deepEqual(terms, legend, 'each line is explained');
});

scenario(
  'confusion begins at the best layer, counts and shares, and follows the layer that is chosen',
  async (open) => {
    const { panel } = await open(STATES['six languages']);
    await pictured(panel, STUDY_PICTURES);
    const { page } = panel;
    await page.locator('figure[aria-labelledby=confusion-title] summary').click();
    await until('the table', async () => (await tableOf(panel, 'confusion')).length === 7);
    const [head, first] = await tableOf(panel, 'confusion');
    assert.deepEqual(head, ['language', 'Python', 'C++', 'Java', 'Rust', 'JavaScript', 'Go']);
    assert.deepEqual(first?.slice(0, 3), ['Python', '29 of 30 · 97 %', '1 of 30 · 3 %']);
    const { texts } = await drawnIn(panel, 'confusion');
    assert.ok(texts.some(({ text }) => text === '29 of 30'));
    await page.locator('#layer').focus();
    await page.keyboard.press('Home');
    await until('another layer', async () => (await tableOf(panel, 'confusion'))[1]?.[1] !== '29 of 30 · 97 %');
    assert.equal((await tableOf(panel, 'confusion'))[1]?.[1], '10 of 30 · 33 %');
  },
);

scenario('tokens are read by arrows and opened by Enter and by a click, in both pictures', async (open) => {
  const { panel, host } = await open(STATES.file);
  await pictured(panel, FILE_PICTURES);
  const { page } = panel;
  const grid = page.locator('figure[aria-labelledby=tokens-title] canvas');
  await grid.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  const read = await page.locator('figure[aria-labelledby=tokens-title] .reading').innerText();
  assert.equal(read, 'token 1: mean, language C++: 0.00');
  await page.keyboard.press('Enter');
  await until('the token is opened', () => host.asked.length === 1);
  // The first cell of the third row.
  await grid.click({ position: { x: 300, y: 22 + 2 * 20 + 8 } });
  await until('the token is opened', () => host.asked.length === 2);
  await page.locator('figure[aria-labelledby=token-lines-title] canvas').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await until('the token is opened', () => host.asked.length === 3);
  assert.deepEqual(
    host.asked,
    [1, 2, 1].map((index) => ['openToken', { key: 1, index }]),
  );
});

scenario('a study is set up, begun and cancelled by keyboard, and the focus stays with the button', async (open) => {
  const { panel, host, show } = await open();
  const { page } = panel;
  await page.locator('#against').focus();
  await page.keyboard.press('End');
  await until('all languages', () => host.asked.length === 1);
  await page.locator('#elsewhere').focus();
  await page.keyboard.press('Home');
  await until('no other place', () => host.asked.length === 2);
  await page.locator('#seed').focus();
  await page.keyboard.press('ArrowDown');
  await until('the seed', () => host.asked.length === 3);
  await page.getByRole('button', { name: 'Probe the layers' }).focus();
  await page.keyboard.press('Enter');
  await until('begun', () => host.asked.length === 4);
  await show(STATES.probing);
  await page.keyboard.press('Enter');
  await until('cancelled', () => host.asked.length === 5);
  const settings = { target: 'cpp', against: 'all', hook: 'resid_post', elsewhere: null, seed: 1 };
  assert.deepEqual(host.asked.slice(2), [
    ['choose', settings],
    ['start', {}],
    ['cancel', {}],
  ]);
});

for (const theme of THEMES)
  scenario(`${theme.name}: axe finds nothing in any state, with the tables open`, async (open) => {
    const { panel, show } = await open(STATES.empty, { theme });
    await panel.page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    for (const [name, state] of Object.entries(STATES)) {
      await show(state);
      await pictured(panel, picturesOf(state));
      assert.deepEqual(await violationsOn(panel), [], name);
    }
    await show(STATES.all);
    await pictured(panel, picturesOf(STATES.all));
    await screenshot(panel, `probes/${theme.name}`);
  });

scenario('narrow and in German: axe finds nothing, and nothing is wider than the page', async (open) => {
  const { panel } = await open(STATES.all, { width: 300, words: german(PROBES_WORDS) });
  await until('the pictures', async () => (await seenOn(panel)).pictures.length === 5);
  await panel.settle();
  assert.deepEqual(await violationsOn(panel), []);
  await screenshot(panel, 'probes/narrow-german');
  const names = (await drawnIn(panel, 'tokens')).texts.map(({ text }) => text);
  for (const name of ['Python', 'C++']) assert.ok(names.includes(name), `${name} can be read over its column`);
  const [page, window] = await panel.page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  assert.ok(page <= window, `the page is ${page} px wide`);
});

/** Of a panel with everything that it can have at once, and of what it asks for. */
const FULL = {
  snapshot: { ...STATES.all, work: STATES.probing.work, problem: STATES.failed.problem },
  study: STUDIES[2],
  reading: { ...READINGS[1], tokens: READINGS[1]?.tokens.slice(0, 3) },
};
const HOSTILE = hostileSnapshots(small(FULL));

/** The same with two layers: each place of the figures is tried, and a layer is like another. */
function small(full: typeof FULL): typeof FULL {
  const [result] = full.study?.results ?? [];
  if (!full.study || !result) throw new Error('there is no sample');
  const few = { ...result, layers: result.layers.slice(0, 2), askedFor: result.askedFor.slice(0, 1) };
  return { ...full, study: { ...full.study, results: [few] } };
}

scenario(`${HOSTILE.length} hostile answers: nothing runs, and the next good one is drawn whole`, async (open) => {
  assert.ok(HOSTILE.length >= 200, `${HOSTILE.length}`);
  const { panel, host, show } = await open(STATES.all, { width: 400 });
  await pictured(panel, picturesOf(STATES.all));
  const good = await seenOn(panel);
  for (const [i, { what, snapshot }] of HOSTILE.entries()) {
    // Whatever the type says: it may be anything.
    host.study = snapshot?.study;
    host.reading = snapshot?.reading as typeof host.reading;
    host.show({ ...(snapshot?.snapshot as typeof STATES.all) });
    await panel.settle();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    host.study = host.reading = undefined;
    host.show(STATES.empty);
    assert.deepEqual(panel.errors, [], what);
    if (i % 20 > 0) continue;
    await show(STATES.all);
    await pictured(panel, picturesOf(STATES.all));
    assert.deepEqual(await seenOn(panel), good, `after ${what}`);
  }
  assert.deepEqual(panel.requests, []);
});

scenario('words as hostile as any stay words', async (open) => {
  const text = TEXTS['image'] ?? '';
  const words: typeof PROBES_WORDS = JSON.parse(
    JSON.stringify(PROBES_WORDS, (_key, value: unknown) => (typeof value === 'string' ? text : value)),
  );
  const { panel } = await open(STATES.all, { words });
  await until('the pictures', async () => (await seenOn(panel)).pictures.length === 5);
  assert.deepEqual(await harmTo(panel), UNHARMED);
});
