/** The panel of interventions in a real browser: what is seen in every state, keys and pointer, tables, and accessibility. */
import assert from 'node:assert/strict';
import type { InterveneSnapshot } from '../../src/protocol/panels/intervene.ts';
import { until } from '../vscode/harness/until.ts';
import { violationsOn } from './harness/axe.ts';
import { useIntervenePages, type FakeIntervene } from './harness/fakeIntervene.ts';
import { IDS, PATCHED, RESULT, STATES, SWEEP_IDS, TOKENS, type StateName } from './harness/interveneStates.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { tableOf } from './harness/seen.ts';
import { THEMES } from './harness/themes.ts';

const scenario = useIntervenePages();

interface Seen {
  readonly buttons: readonly string[];
  readonly notices: readonly string[];
  readonly problems: readonly string[];
  readonly progress: string | null;
  readonly pictures: readonly string[];
  readonly empty: boolean;
}

function seenOn({ page }: PanelPage): Promise<Seen> {
  return page.evaluate(`(() => {
    const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const texts = (selector) => visible(selector).map(({ textContent }) => textContent.trim());
    return {
      buttons: texts('vscode-button:not([disabled])'),
      notices: texts('.notice'),
      problems: texts('.problem'),
      progress: visible('[role=progressbar]')[0]?.getAttribute('aria-valuetext') ?? null,
      pictures: visible('figure').map((figure) => figure.querySelector('h2').textContent),
      empty: visible('.empty').length > 0,
    };
  })()`);
}

const TAKE = ['Take the Selection', 'Take the Last Completion'];
const OPEN = 'Open Trace…';
const EXPORT = ['Export as JSON…', OPEN];
const KEEP = ['Keep as a Case', ...EXPORT];
const READY = [...TAKE, 'Intervene', 'Sweep'];
const NOT_READ = 'The text has not been read yet: its tokens are known when the model is open.';
const STALE = 'These figures are of other settings than those above.';
const NEXT = 'Next tokens before and after';
const OTHER = 'These figures are of another model: smollm2-135m-instruct, fast.';
const NOTHING: Seen = {
  buttons: [...READY, OPEN],
  notices: [],
  problems: [],
  progress: null,
  pictures: [],
  empty: true,
};

const EXPECTED: Readonly<Record<StateName, Partial<Seen>>> = {
  'no model': {
    buttons: ['Take the Selection', 'Get the Default Model', OPEN],
    notices: ['There is no model on this machine yet.'],
  },
  'no text': {
    buttons: ['Take the Selection', OPEN],
    notices: ['No text yet. Select one in an editor, take the last completion, or type one here.'],
  },
  'not read': { buttons: [...TAKE, 'Read the Text', 'Intervene', 'Sweep', OPEN], notices: [NOT_READ] },
  opening: {
    buttons: [...TAKE, 'Cancel', OPEN],
    notices: ['Opening the model …'],
    progress: 'Opening the model …',
    empty: false,
  },
  ready: {},
  'no source': { buttons: [...TAKE, OPEN], notices: ['A patch needs a source text.'] },
  head: {},
  neuron: {},
  sweeping: {
    buttons: [...TAKE, 'Cancel', OPEN],
    progress: '22 of 37 runs · about 4.0 s left',
    pictures: [NEXT],
    empty: false,
  },
  failed: { problems: ['A layer of this model has no head 12. It has the heads 0 to 8.'] },
  'failed at once': {
    buttons: [...TAKE, 'Read the Text', 'Intervene', 'Sweep', OPEN],
    notices: [NOT_READ],
    problems: ['there is not enough memory: 510 MB are needed, 380 MB are there. Close something.'],
  },
  single: { buttons: [...READY, ...KEEP], pictures: [NEXT], empty: false },
  stale: { buttons: [...READY, ...KEEP], pictures: [NEXT, 'Sweep'], notices: [STALE, OTHER], empty: false },
  ablation: { buttons: [...READY, ...KEEP], pictures: ['Sweep'], empty: false },
  kept: {
    buttons: [...TAKE, 'Read the Text', 'Intervene', 'Sweep', ...EXPORT],
    notices: [NOT_READ],
    pictures: [NEXT],
    empty: false,
  },
  all: { buttons: [...READY, ...KEEP], pictures: [NEXT, 'Sweep'], empty: false },
};

const NAMES = Object.keys(STATES) as StateName[];

/** Figures and tokens are asked for after the snapshot that names them. */
async function drawn({ page }: PanelPage, name: StateName): Promise<void> {
  const state: InterveneSnapshot = STATES[name];
  const isSeen = (selector: string) =>
    until(`${selector} in ${name}`, () =>
      page.evaluate<boolean>(`document.querySelector(${JSON.stringify(selector)})?.checkVisibility() === true`),
    );
  if (state.tokens?.count) await isSeen(`#tokens-${TOKENS.length - 1}`);
  if (state.single) await isSeen('figure[aria-labelledby="next-title"] canvas[aria-label]');
  if (state.sweep) await isSeen('figure[aria-labelledby="sweep-title"] canvas[aria-label]');
}

for (const theme of THEMES)
  scenario(`${theme.name}: every state follows every other, and axe finds nothing in it`, async (open) => {
    const { panel, show } = await open(STATES.ready, { theme });
    await panel.page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    for (const name of [...NAMES, ...NAMES.toReversed()]) {
      await show(STATES[name]);
      await drawn(panel, name);
      assert.deepEqual(await seenOn(panel), { ...NOTHING, ...EXPECTED[name] }, name);
      assert.deepEqual(await violationsOn(panel), [], name);
    }
  });

scenario('a narrow panel is not wider than its window, and axe finds nothing', async (open) => {
  const { panel } = await open(STATES.all, { width: 300 });
  await drawn(panel, 'all');
  assert.deepEqual(await violationsOn(panel), []);
  const [page, window] = await panel.page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  assert.ok(page <= window, `${page} px`);
});

scenario('the tables have the figures of the terminal', async (open) => {
  const { panel } = await open(STATES.all);
  await drawn(panel, 'all');
  await panel.page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
  await panel.settle();
  const next = await tableOf(panel, 'next');
  assert.deepEqual(
    next.slice(1),
    RESULT.next.map(({ id, original, changed, source }) => [
      `“${RESULT.pieces[id]}”`,
      ...[original, changed, source].map((odds) => (odds?.probability ?? NaN).toFixed(4)),
      ...[original, changed, source].map((odds) => (odds?.logit ?? NaN).toFixed(2)),
    ]),
  );
  const sweep = await tableOf(panel, 'sweep');
  assert.deepEqual(sweep[0], ['token', ...PATCHED.layers.map(String)]);
  assert.deepEqual(
    sweep.slice(1).map(([, ...cells]) => cells),
    PATCHED.positions.map((_, row) =>
      PATCHED.layers.map((_layer, column) => {
        const text = (PATCHED.recovered?.[column]?.[row] ?? NaN).toFixed(2);
        return Number(text) === 0 ? '0.00' : text;
      }),
    ),
  );
  const cards = await panel.page.locator('.card-figure').allTextContents();
  assert.deepEqual(cards, [
    RESULT.kl.toFixed(4),
    RESULT.difference.changed.toFixed(2),
    (RESULT.difference.recovered ?? NaN).toFixed(2),
    RESULT.norm.changed.toFixed(2),
  ]);
});

const last = ({ asked }: FakeIntervene): readonly [string, unknown] | undefined => asked.at(-1);

scenario('a cell of the sweep opens by key and by pointer', async (open) => {
  const { panel, host } = await open(STATES.all);
  await drawn(panel, 'all');
  const { page } = panel;
  const canvas = page.locator('figure[aria-labelledby="sweep-title"] canvas');
  await canvas.focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await until('a cell', () => last(host)?.[0] === 'openCell');
  assert.deepEqual(last(host), ['openCell', { layer: 5, position: 2 }]);
  assert.match(
    await page.locator('figure[aria-labelledby="sweep-title"] .reading').innerText(),
    /^token 2 “Ġof”, layer 5: 0\.00$/,
  );
  const box = await canvas.boundingBox();
  assert.ok(box);
  await canvas.click({ position: { x: box.width - 10, y: 32 } });
  await until('another cell', () => JSON.stringify(last(host)).includes('29'));
  assert.deepEqual(last(host), ['openCell', { layer: 29, position: 0 }]);
});

scenario('a token is chosen by arrow keys and by the pointer', async (open) => {
  const { panel, host } = await open(STATES.ready);
  await drawn(panel, 'ready');
  const chosen = (): unknown => (last(host)?.[1] as { position?: number } | undefined)?.position;
  const strip = panel.page.locator('#tokens');
  await strip.focus();
  await panel.page.keyboard.press('ArrowRight');
  await until('the key', () => chosen() === 4);
  await panel.page.keyboard.press('Home');
  await until('home', () => chosen() === 0);
  await panel.page.locator('#tokens-2').click();
  await until('the click', () => chosen() === 2);
  assert.equal(await strip.getAttribute('aria-activedescendant'), 'tokens-2');
  assert.equal(await panel.page.locator('#tokens [aria-selected=true]').innerText(), 'Ġof');
});

scenario('what is written is taken, and not overwritten by what comes from the host meanwhile', async (open) => {
  const { panel, host, show } = await open(STATES.head);
  const field = panel.page.locator('#factor input');
  await field.fill('-1.5');
  await show({ ...STATES.head, hasCompletion: false });
  assert.equal(await field.inputValue(), '-1.5');
  await field.press('Tab');
  await until('the factor', () => (last(host)?.[1] as { factor?: number } | undefined)?.factor === -1.5);
  await panel.page.locator('#index input').fill('');
  await panel.page.locator('#index input').press('Tab');
  await until('no head', () => (last(host)?.[1] as { index?: null } | undefined)?.index === null);
});

scenario('what is no number is refused with a word, and the panel goes on', async (open) => {
  const { panel, host } = await open(STATES.head);
  await panel.page.locator('#factor input').fill('two');
  await panel.page.locator('#factor input').press('Tab');
  await until('the refusal', async () => (await seenOn(panel)).problems.length === 1);
  assert.equal(
    host.asked.some(([verb]) => verb === 'choose'),
    false,
  );
});

scenario('figures and tokens are asked for once for each', async (open) => {
  const { panel, host, show } = await open(STATES.all);
  await drawn(panel, 'all');
  await show(STATES.stale);
  await show(STATES.all);
  assert.deepEqual(host.asked.map(([verb, id]) => `${verb} ${String(id)}`).sort(), [
    `single ${IDS.single}`,
    `sweep ${SWEEP_IDS.patched}`,
    `tokens ${IDS.tokens}`,
    `tokens ${IDS.sourceTokens}`,
  ]);
});
