/** The bias panel without a mouse: everything that can be done in it, and every figure of its pictures, by keyboard. */
import assert from 'node:assert/strict';
import { until } from '../vscode/harness/until.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { drawnIn } from './harness/canvasRecorder.ts';
import type { PanelPage } from './harness/panelPage.ts';
import { STATES } from './harness/states.ts';

const scenario = useBiasPages();

/** What has the focus: its id, or what it says. */
function focused({ page }: PanelPage): Promise<string> {
  return page.evaluate(`(() => {
    const { id, localName, textContent, parentElement } = document.activeElement;
    if (localName === 'body') return '';
    const figure = document.activeElement.closest('figure')?.querySelector('h2').id.replace('-title', '') ?? '';
    return [id || (localName === 'canvas' ? 'picture' : localName === 'div' ? 'table' : textContent.trim()), figure].filter(Boolean).join(' of ');
  })()`);
}

async function tabTo(panel: PanelPage, what: string): Promise<void> {
  for (let i = 0; i < 30 && (await focused(panel)) !== what; i++) await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel), what);
}

const WAY = [
  'direction',
  'tasks',
  'style',
  'prompts',
  'Strength sweep',
  'Measure',
  'past',
  'compare',
  'Export as JSON…',
  ...['shares', 'kinds', 'sweep', 'heat'].flatMap((figure) =>
    ['picture', 'The numbers', 'Copy as CSV', 'Copy as JSON', 'Save as PNG…'].map((what) => `${what} of ${figure}`),
  ),
];

scenario('Tab comes by everything that can be used, and everything shows its focus', async (open) => {
  const { panel } = await open(STATES.sweep);
  const way: string[] = [];
  for (let i = 0; i < WAY.length; i++) {
    await panel.page.keyboard.press('Tab');
    way.push(await focused(panel));
    const shows = await panel.page.evaluate<boolean>(`(() => {
      let element = document.activeElement;
      for (; element; element = element.shadowRoot?.activeElement) {
        const all = [element, ...(element.shadowRoot?.querySelectorAll('*') ?? [])].map((each) => getComputedStyle(each));
        if (all.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px')) return true;
        if (all.some(({ borderTopColor }) => borderTopColor === 'rgb(0, 120, 212)')) return true;
      }
      return false;
    })()`);
    assert.ok(shows, `${way.at(-1)} shows its focus`);
  }
  assert.deepEqual(way, WAY);
});

scenario('a study is set up, begun and cancelled by keyboard, and the focus stays with the button', async (open) => {
  const { panel, host, show } = await open();
  const { keyboard } = panel.page;
  await tabTo(panel, 'direction');
  await keyboard.press('ArrowDown');
  await until('the direction is chosen', () => host.asked.length === 1);
  await tabTo(panel, 'prompts');
  await keyboard.press('ArrowDown');
  await until('the prompts are chosen', () => host.asked.length === 2);
  await tabTo(panel, 'Strength sweep');
  await keyboard.press('Space');
  await until('the sweep is left out', () => host.asked.length === 3);
  await tabTo(panel, 'Measure');
  await keyboard.press('Enter');
  await until('the study is begun', () => host.asked.length === 4);
  await show(STATES.measuring);
  assert.equal(await focused(panel), 'Cancel');
  await keyboard.press('Enter');
  await until('the study is cancelled', () => host.asked.length === 5);
  await show(STATES.cancelled);
  assert.equal(await focused(panel), 'Measure');
  assert.deepEqual(host.asked, [
    ['choose', { direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 12, sweep: true }],
    ['choose', { direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 20, sweep: true }],
    ['choose', { direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 20, sweep: false }],
    ['start', {}],
    ['cancel', {}],
  ]);
});

scenario('a past study is opened from its list, and what is shown is exported, by keyboard', async (open) => {
  const { panel, host } = await open(STATES['past studies']);
  const { keyboard } = panel.page;
  await tabTo(panel, 'past');
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await until('the study is asked for', () => host.asked.length > 0);
  host.show(STATES.sweep);
  await panel.settle();
  await tabTo(panel, 'Export as JSON…');
  await keyboard.press('Space');
  await until('it is exported', () => host.asked.at(-1)?.[0] === 'save');
  assert.deepEqual(host.asked, [
    ['open', { id: STATES.cancelled.studyId }],
    ['save', {}],
  ]);
});

scenario('without a model, the keyboard gets one', async (open) => {
  const { panel, host, show } = await open(STATES['no model']);
  await tabTo(panel, 'Get the Default Model');
  await panel.page.keyboard.press('Enter');
  await until('the model is asked for', () => host.asked.length > 0);
  assert.deepEqual(host.asked, [['getModel', {}]]);
  await show(STATES.empty);
  assert.equal(await focused(panel), 'Measure');
});

/** What stands under a picture for who goes through it by arrows. */
function readIn({ page }: PanelPage, id: string): Promise<string> {
  return page.locator(`figure[aria-labelledby=${id}-title] .reading`).innerText();
}

scenario('arrows read every picture, figure by figure, as its table has them', async (open) => {
  const { panel } = await open(STATES.sweep);
  const { keyboard } = panel.page;
  const read = async (id: string, keys: readonly string[]): Promise<string[]> => {
    const texts: string[] = [];
    for (const key of keys) {
      await keyboard.press(key);
      texts.push(await readIn(panel, id));
    }
    return texts;
  };
  await tabTo(panel, 'picture of shares');
  assert.equal(await readIn(panel, 'shares'), 'Arrow keys read the figures.');
  assert.deepEqual(await read('shares', ['ArrowDown', 'ArrowDown', 'ArrowRight', 'End', 'ArrowUp']), [
    'Language Python, unsteered: 11 of 12: 92% [65, 99]',
    'Language C++, unsteered: 0 of 12: 0% [0, 24]',
    'Language C++, steered to C++: 10 of 12: 83% [55, 95]',
    'Language C++, asked in the prompt: 9 of 12: 75% [47, 91]',
    'Language Python, asked in the prompt: 2 of 12: 17% [5, 45]',
  ]);
  await tabTo(panel, 'picture of sweep');
  assert.equal(await readIn(panel, 'shares'), '', 'what was left says nothing any more');
  assert.deepEqual(await read('sweep', ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown']), [
    'Strength 0, Dose: –',
    'Strength 0.5, Dose: 0.09',
    'Strength 0.5, Answers: 12',
    'Strength 0.5, In C++: 33% [14, 61]',
    'Strength 0.5, Valid: 33% [14, 61]',
  ]);
  await tabTo(panel, 'picture of heat');
  assert.deepEqual(await read('heat', ['ArrowRight', 'ArrowRight', 'ArrowDown', 'End']), [
    'Language Python, strength 0: 92%',
    'Language Python, strength 0.5: 42%',
    'Language C++, strength 0.5: 33%',
    'Language C++, strength 4: 50%',
  ]);
});

scenario('the figure that is read is pointed out in the picture, and in sight', async (open) => {
  const { panel } = await open(STATES.sweep, { width: 300 });
  const { page } = panel;
  await tabTo(panel, 'picture of shares');
  const before = (await drawnIn(panel, 'shares')).texts.map(({ text }) => text);
  await page.keyboard.press('ArrowDown');
  await panel.settle();
  const after = (await drawnIn(panel, 'shares')).texts.map(({ text }) => text);
  assert.deepEqual(
    after.filter((text) => !before.includes(text)),
    ['unsteered: 11 of 12'],
  );
  await tabTo(panel, 'picture of heat');
  const scrolled = (): Promise<number> => page.evaluate(`document.querySelector('.sideways').scrollLeft`);
  await page.keyboard.press('ArrowRight');
  assert.equal(await scrolled(), 0);
  await page.keyboard.press('End');
  assert.ok((await scrolled()) > 100, 'the last column has been brought into sight');
  await page.keyboard.press('Home');
  assert.equal(await scrolled(), 0);
});

scenario('the pointer reads the heat map as the keyboard does', async (open) => {
  const { panel } = await open(STATES.sweep);
  const canvas = panel.page.locator('figure[aria-labelledby=heat-title] canvas');
  const { boxes } = await drawnIn(panel, 'heat');
  const [x, y] = [(boxes[3]?.x ?? 0) + 4, (boxes[3]?.y ?? 0) + 4];
  await canvas.hover({ position: { x, y } });
  assert.equal(await readIn(panel, 'heat'), 'Language Python, strength 1: 0%');
  await canvas.hover({ position: { x: 4, y } });
  assert.equal(await readIn(panel, 'heat'), '');
});

scenario('tables open and close by keyboard, and wide ones can be moved', async (open) => {
  const { panel } = await open(STATES.sweep, { width: 300 });
  await tabTo(panel, 'The numbers of heat');
  await panel.page.keyboard.press('Enter');
  await tabTo(panel, 'table of heat');
  await panel.page.keyboard.press('ArrowRight');
  await until('the table moves', () =>
    panel.page.evaluate<boolean>(`document.querySelector('figure[aria-labelledby=heat-title] .scroll').scrollLeft > 0`),
  );
  await panel.page.keyboard.press('Shift+Tab');
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.page.evaluate(`document.querySelectorAll('details[open]').length`), 0);
});
