/** The panel of features as its user finds it: what each state shows, that pictures and tables agree, and what opens. */
import assert from 'node:assert/strict';
import type { SaeSnapshot } from '../../src/protocol/panels/sae.ts';
import { SAE_WORDS } from '../../src/protocol/panels/saeWords.ts';
import { until } from '../vscode/harness/until.ts';
import { violationsOn } from './harness/axe.ts';
import { drawnIn } from './harness/canvasRecorder.ts';
import { useSaePages } from './harness/fakeSae.ts';
import { german } from './harness/german.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { TEXTS, hostileSnapshots } from './harness/hostile.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { screenshot } from './harness/panelPages.ts';
import { STATES_OF_SAE as STATES, sampleCurve, sampleFires, sampleList, samplePage } from './harness/saeStates.ts';
import { seenOn, tableOf } from './harness/seen.ts';
import { THEMES } from './harness/themes.ts';

const scenario = useSaePages();

const PICTURES = [
  'Where it is strongest',
  'What it promotes',
  'What it suppresses',
  'Which language it goes with',
  'How strong it is',
];

const CURVES = ['Loss', 'Explained variance', 'L0', 'Dead features'];

/** Waits until these pictures and no others are there: figures are asked for after the snapshot. */
async function pictured(
  panel: PanelPage,
  { feature, training }: Pick<SaeSnapshot, 'feature'> & Partial<SaeSnapshot>,
): Promise<void> {
  const ofFeature = feature === undefined ? [] : PICTURES.filter((_, i) => feature !== 4607 || i % 4 > 0);
  const pictures = [...ofFeature, ...(training?.curve === undefined ? [] : CURVES)];
  await until(`the pictures ${pictures.join()}`, async () => {
    const seen = await seenOn(panel);
    return JSON.stringify(seen.pictures) === JSON.stringify(pictures);
  });
  await panel.settle();
}

const linesOf = ({ page }: PanelPage) => page.locator('#features [role=option]');
const linksOf = ({ page }: PanelPage) => page.locator('.feature-links:visible button').allInnerTexts();

scenario('each state shows its pictures, one way on, and what is missing', async (open) => {
  const { panel, show } = await open();
  const seen = async (name: keyof typeof STATES) => {
    await show(STATES[name]);
    await pictured(panel, STATES[name]);
    return seenOn(panel);
  };
  const missing = await seen('no model');
  assert.deepEqual(missing.buttons, ['Get the Default Model']);
  assert.deepEqual(missing.notices, ['There is no model on this machine yet.']);
  const unknown = await seen('nothing known');
  assert.deepEqual(unknown.notices, [SAE_WORDS.page.needsEvidence]);
  assert.deepEqual(unknown.buttons, ['Look at the Features in a Folder…', 'Features at the Cursor']);
  const looking = await seen('looking');
  assert.deepEqual(looking.buttons, ['Cancel']);
  assert.deepEqual(looking.progress, ['25', 'looking at features: 30 of 120 · about 47 s left in this step']);
  const list = await seen('list');
  assert.deepEqual([list.empty, list.buttons], [true, ['Look Again in a Folder…', 'Features at the Cursor']]);
  assert.deepEqual((await seen('failed')).problems, [STATES.failed.problem]);
  await seen('feature');
  await seen('silent feature');
  assert.match(await panel.page.locator('.facts').innerText(), /never active in this text/);
  await seen('nothing found');
  assert.match(await panel.page.locator('.empty:visible').first().innerText(), /No feature matches/);
  const none = await seen('no autoencoder');
  assert.deepEqual(none.notices, [SAE_WORDS.page.noneHere]);
  assert.deepEqual(none.buttons, ['Choose Activations…', 'Collect from Files…']);
});

scenario('the list has all features and few elements; keys move in it and open', async (open) => {
  const { panel, host } = await open(STATES.list);
  const { page } = panel;
  await until('the list', async () => (await linesOf(panel).count()) > 5);
  assert.ok((await linesOf(panel).count()) < 60);
  const active = () =>
    page.evaluate<string>(
      `document.getElementById(document.querySelector('#features').getAttribute('aria-activedescendant')).textContent.trim()`,
    );
  assert.equal(await active(), '0 on "fn0", Rust (AUROC 0.90) 4.00% Rust 0.900');
  await page.locator('#features').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
  assert.match(await active(), /^1 /);
  await page.keyboard.press('End');
  assert.match(await active(), /^4607 /);
  const last = await linesOf(panel).last().getAttribute('aria-posinset');
  assert.equal(last, '4608');
  assert.ok(await linesOf(panel).last().isVisible());
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Enter');
  await until('the feature is opened', () => host.asked.length === 1);
  const [[verb, params]] = host.asked as [[string, { feature: number }]];
  assert.equal(verb, 'open');
  assert.ok(params.feature < 4607 && params.feature > 4500, `${params.feature}`);
  await pictured(panel, { feature: params.feature });
  await page.keyboard.press('Home');
  await linesOf(panel).nth(2).click();
  await until('the feature is opened', () => host.asked.length === 2);
  assert.deepEqual(host.asked[1], ['open', { feature: 2 }]);
});

scenario('the tables have the figures of the feature, and the bars are drawn with them', async (open) => {
  const { panel } = await open(STATES.feature);
  await pictured(panel, STATES.feature);
  assert.equal(await panel.page.locator('h2', { hasText: 'Feature 3' }).innerText(), 'Feature 3 · opens a function');
  const { selectivity, promoted, histogram } = samplePage(3);
  assert.deepEqual(await tableOf(panel, 'selectivity'), [
    ['language', 'AUROC', 'logit-mass lift'],
    ['Rust', selectivity[1].auroc?.toFixed(3), '–'],
    ['Python', '0.250', '0.50'],
  ]);
  assert.deepEqual(await tableOf(panel, 'promoted'), [['token', 'logit'], ...promoted.map(([piece, logit]) => [piece.replace('Ġ', '␣'), logit.toFixed(2)])]); // prettier-ignore
  assert.deepEqual((await tableOf(panel, 'histogram')).map(([, count]) => count), ['tokens', ...histogram.counts.map(String)]); // prettier-ignore
  for (const [id, wanted] of [
    ['selectivity', 'Rust'],
    ['promoted', '␣main'],
    ['suppressed', '-1.50'],
    ['histogram', '10'],
    ['contexts', 'fn'],
  ] as const) {
    const { texts } = await drawnIn(panel, id);
    assert.ok(
      texts.some(({ text }) => text === wanted),
      `${id}: ${wanted}`,
    );
  }
  await panel.page.locator('figure[aria-labelledby=contexts-title] summary').click();
  await until('the table', async () => (await tableOf(panel, 'contexts')).length === 3);
  assert.deepEqual((await tableOf(panel, 'contexts'))[1], [
    ...['1 · a/main.rs', '␣{ · 0.00', '⏎ · 0.25', 'fn · 8.00', '␣main · 1.50'],
  ]);
});

scenario('a label is written, a neighbour opened, and a token at the cursor chosen, all by keyboard', async (open) => {
  const { panel, host } = await open(STATES.all);
  await pictured(panel, STATES.all);
  const { page } = panel;
  await page.locator('#own-label').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(' new name ');
  await page.keyboard.press('Tab');
  await until('the label is told', () => host.asked.length === 1);
  assert.deepEqual(host.asked[0], ['label', { feature: 3, label: 'new name' }]);
  assert.equal(await page.locator('.part > [aria-live=polite]:visible').innerText(), 'No feature is active at “(”.');
  await page.locator('#cursor').focus();
  await page.keyboard.press('ArrowLeft');
  assert.match(
    await page.locator('.part > [aria-live=polite]:visible').innerText(),
    /^32 features are active at “␣main”/,
  );
  assert.deepEqual((await linksOf(panel)).slice(0, 2), ['12 · 8.50 · on "main"', '7 · 1.25 · not looked at yet']);
  await page.getByRole('button', { name: '0 · on "let" · cosine 0.75' }).focus();
  await page.keyboard.press('Enter');
  await until('the neighbour is opened', () => host.asked.length === 2);
  assert.deepEqual(host.asked[1], ['open', { feature: 0 }]);
});

scenario(
  'a feature steers by what is chosen: the value begins with what is usual, and is no field where there is none',
  async (open) => {
    const { panel, host } = await open(STATES.feature);
    await pictured(panel, STATES.feature);
    const { page } = panel;
    await page.locator('#value').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('0.5');
    await page.keyboard.press('Enter');
    await until('the value is told', () => host.asked.length === 1);
    await page.locator('#op').focus();
    await page.keyboard.press('End');
    await until('the operation is told', () => host.asked.length === 2);
    assert.deepEqual(host.asked, [['chooseSteering', { op: 'add', value: 0.5 }], ['chooseSteering', { op: 'ablate', value: 0 }]]); // prettier-ignore
    await until('no value', async () => !(await page.locator('#value').isVisible()));
    await page.getByRole('button', { name: 'Steer by It…' }).click();
    await until('it steers', () => host.asked.length === 3);
    assert.deepEqual(host.asked[2], ['steer', { feature: 3 }]);
  },
);

scenario('a search is told once it is left, with the language and the order', async (open) => {
  const { panel, host } = await open(STATES.list);
  const { page } = panel;
  await page.locator('#search').focus();
  await page.keyboard.type('fn main');
  await page.keyboard.press('Enter');
  await until('the search', () => host.asked.length === 1);
  await page.locator('#language').focus();
  await page.keyboard.press('End');
  await until('the language', () => host.asked.length === 2);
  assert.deepEqual(host.asked[1], ['choose', { name: 'code', search: 'fn main', language: 'go', sort: 'auroc' }]);
});

scenario('a run shows its figures as they come, and can be stopped and gone on with', async (open) => {
  const { panel, host, show } = await open(STATES.training);
  await pictured(panel, STATES.training);
  const running = await seenOn(panel);
  assert.deepEqual(running.progress, ['40', 'training: 400 of 1,000 · about 1 min 35 s left in this step']);
  const { page } = panel;
  const said = page.locator('.training .hint', { hasText: 'activations a second' });
  assert.equal(await said.innerText(), 'loss 0.2217 · explained variance 0.789 · L0 32.0 · dead features 0.1% · 6,012 activations a second'); // prettier-ignore
  const [head, ...rows] = await tableOf(panel, 'curve-explained');
  assert.equal(rows.length, 0, 'a table that nobody has opened is not made');
  await page.locator('figure[aria-labelledby=curve-explained-title] summary').click();
  await until('the table', async () => (await tableOf(panel, 'curve-explained')).length === 41);
  const table = await tableOf(panel, 'curve-explained');
  assert.deepEqual([head, table[0], table[1], table[4]], [
    undefined,
    ['step', 'explained variance', 'held out'],
    ['10', '0.100', ''],
    ['40', '0.290', '0.270'],
  ]); // prettier-ignore
  assert.deepEqual((await drawnIn(panel, 'curve-loss')).texts.some(({ text }) => text === 'step'), true); // prettier-ignore
  await page.locator('figure[aria-labelledby=curve-loss-title] canvas').focus();
  for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  assert.match(
    await page.locator('figure[aria-labelledby=curve-loss-title] .reading').innerText(),
    /step 20, loss: 0\.9550/,
  );
  await page.getByRole('button', { name: 'Stop and Keep' }).focus();
  await page.keyboard.press('Enter');
  await until('it is stopped', () => host.asked.length === 1);
  await show(STATES.unfinished);
  assert.deepEqual((await seenOn(panel)).notices, [SAE_WORDS.training.unfinished]);
  await page.getByRole('button', { name: 'Go On' }).click();
  await until('it goes on', () => host.asked.length === 2);
  assert.deepEqual(host.asked, [['cancelTraining', {}], ['train', { start: 'resume' }]]); // prettier-ignore
});

scenario('what is learnt from and how is chosen; a price stands where k is of no use', async (open) => {
  const { panel, host, show } = await open(STATES['no autoencoder']);
  const { page } = panel;
  await page.getByRole('button', { name: 'Choose Activations…' }).click();
  await page.locator('#run-name').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('code');
  await page.keyboard.press('Tab');
  await page.locator('#steps').focus();
  await page.keyboard.type('500');
  await page.keyboard.press('Tab');
  await until('it is told', () => host.asked.length === 3);
  const { choice } = STATES['no autoencoder'].training;
  assert.deepEqual(host.asked.at(-1), ['chooseTraining', { ...choice, name: 'code', steps: 500 }]);
  await show(STATES['training failed']);
  assert.deepEqual((await seenOn(panel)).problems, ['The name mine is taken. Choose another.']);
  assert.deepEqual([await page.locator('#k').isVisible(), await page.locator('#sparsity').isVisible()], [false, true]);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await until('it begins', () => host.asked.length === 4);
  assert.deepEqual(host.asked.at(-1), ['train', { start: 'new' }]);
});

for (const theme of THEMES)
  scenario(`${theme.name}: every state is without a fault of accessibility`, async (open) => {
    const { panel, show } = await open(STATES.list, { theme });
    for (const [name, state] of Object.entries(STATES)) {
      await show(state);
      await pictured(panel, state);
      assert.deepEqual(await violationsOn(panel), [], name);
    }
    await screenshot(panel, `sae/${theme.name}`);
  });

scenario('in 300 pixels and in German nothing is wider than the page', async (open) => {
  const { panel, show } = await open(STATES.all, { width: 300, words: german(SAE_WORDS) });
  for (const state of Object.values(STATES)) {
    await show(state);
    await panel.settle();
    const [page, window] = await panel.page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]'); // prettier-ignore
    assert.ok(page <= window, `the page is ${page} px wide`);
  }
  await show(STATES.all);
  await until('the pictures', async () => (await seenOn(panel)).pictures.length === 5);
  await screenshot(panel, 'sae/narrow');
});

/** What a host may tell, and the good state after it. Training is opened first, as whatever is told may open it. */
const HOSTILE = {
  features: {
    good: STATES.all,
    answers: hostileSnapshots({
      snapshot: { ...STATES.all, problem: STATES.failed.problem, work: STATES.looking.work },
      list: sampleList(2),
      fires: sampleFires(),
    }),
  },
  'one feature': { good: STATES.all, answers: hostileSnapshots({ page: samplePage(3) }) },
  training: {
    good: STATES.training,
    answers: hostileSnapshots({
      snapshot: { ...STATES.list, training: { ...STATES.training.training, problem: STATES.failed.problem } },
      curve: sampleCurve(2),
    }),
  },
};

/** Thousands of rows are sent nowhere here: each answer is drawn with the list anew. */
const SHORT = sampleList(2);

for (const [of, { good: goodState, answers }] of Object.entries(HOSTILE))
  scenario(
    `${answers.length} hostile answers about ${of}: nothing runs, and the next good one is drawn whole`,
    async (open) => {
      assert.ok(answers.length >= 80, `${answers.length}`);
      const { panel, host, show } = await open(STATES.training, { width: 400 });
      host.told = { list: SHORT };
      await show(goodState);
      await pictured(panel, goodState);
      const good = await seenOn(panel);
      for (const [i, { what, snapshot }] of answers.entries()) {
        // Whatever the type says: it may be anything.
        const answer = (typeof snapshot === 'object' && snapshot !== null ? snapshot : {}) as typeof host.told & {
          readonly snapshot?: typeof goodState;
        };
        host.told = { list: SHORT, ...answer };
        host.show({ ...('snapshot' in answer ? answer.snapshot : goodState) } as SaeSnapshot);
        await panel.settle();
        assert.deepEqual(await harmTo(panel), UNHARMED, what);
        host.told = { list: SHORT };
        host.show(STATES['no autoencoder']);
        assert.deepEqual(panel.errors, [], what);
        if (i % 20 > 0) continue;
        await show(goodState);
        await pictured(panel, goodState);
        assert.deepEqual(await seenOn(panel), good, `after ${what}`);
      }
      assert.deepEqual(panel.requests, []);
    },
  );

scenario('words as hostile as any stay words', async (open) => {
  const text = TEXTS['image'] ?? '';
  const words: typeof SAE_WORDS = JSON.parse(
    JSON.stringify(SAE_WORDS, (_key, value: unknown) => (typeof value === 'string' ? text : value)),
  );
  const { panel } = await open(STATES.all, { words });
  await until('the pictures', async () => (await seenOn(panel)).pictures.length === 5);
  assert.deepEqual(await harmTo(panel), UNHARMED);
});
