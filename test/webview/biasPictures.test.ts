/** The pictures of the bias panel against their tables: the same figures, all to be seen, and in the theme's colours. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { BIAS_WORDS } from '../../src/protocol/panels/biasWords.ts';
import { until } from '../vscode/harness/until.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { screenshot } from './harness/panelPages.ts';
import { drawnIn, type DrawnText } from './harness/canvasRecorder.ts';
import { german } from './harness/german.ts';
import { tableOf } from './harness/seen.ts';
import { STATES } from './harness/states.ts';
import { DARK, LIGHT, THEMES } from './harness/themes.ts';

const scenario = useBiasPages();

const IDS = ['shares', 'sweep', 'heat'] as const;
/** `92%` as 0.92. */
const shareIn = (cell: string | undefined): number => Number(/(\d+)%/.exec(cell ?? '')?.[1]) / 100;
/** Half a per cent, which the tables round away, and a little. */
const ROUNDING = 0.0051;

function assertClose(actual: number, expected: number, what: string, tolerance = ROUNDING): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);
}

scenario('the tables have the figures of the study', async (open) => {
  const { panel } = await open(STATES.sweep);
  assert.deepEqual(await tableOf(panel, 'shares'), [
    ['Language', 'unsteered', 'steered to C++', 'asked in the prompt'],
    ['Python', '11 of 12: 92% [65, 99]', '0 of 12: 0% [0, 24]', '2 of 12: 17% [5, 45]'],
    ['C++', '0 of 12: 0% [0, 24]', '10 of 12: 83% [55, 95]', '9 of 12: 75% [47, 91]'],
    ['Julia', '0 of 12: 0% [0, 24]', '1 of 12: 8% [1, 35]', '0 of 12: 0% [0, 24]'],
    ['no code', '0 of 12: 0% [0, 24]', '0 of 12: 0% [0, 24]', '1 of 12: 8% [1, 35]'],
    ['another language', '1 of 12: 8% [1, 35]', '1 of 12: 8% [1, 35]', '0 of 12: 0% [0, 24]'],
  ]);
  const sweep = await tableOf(panel, 'sweep');
  assert.deepEqual(sweep[0], ['Strength', 'Dose', 'Answers', 'In C++', 'Valid', 'Zone']);
  assert.deepEqual(sweep[1], ['0', '', '12', '0% [0, 24]', '0% [0, 24]', '']);
  assert.deepEqual(sweep.at(-1), ['4', '0.74', '12', '50% [25, 75]', '17% [5, 45]', 'danger']);
  const heat = await tableOf(panel, 'heat');
  assert.deepEqual(heat[0], ['Language', '0', '0.5', '0.75', '1', '1.5', '2', '3', '4']);
  assert.deepEqual(heat[2], ['C++', '0%', '33%', '100%', '83%', '100%', '92%', '67%', '50%']);
});

scenario(
  'kinds of task and prompt styles have their tables, and what is said of a difference is of their figures',
  async (open) => {
    const { panel } = await open(STATES.styles);
    assert.deepEqual(await tableOf(panel, 'kinds'), [
      ['Language', 'high-level (4)', 'performance-critical (4)', 'general (4)'],
      ['Python', '4 of 4: 100% [51, 100]', '4 of 4: 100% [51, 100]', '3 of 4: 75% [30, 95]'],
      ['C++', '0 of 4: 0% [0, 49]', '0 of 4: 0% [0, 49]', '0 of 4: 0% [0, 49]'],
      ['another language', '0 of 4: 0% [0, 49]', '0 of 4: 0% [0, 49]', '1 of 4: 25% [5, 70]'],
    ]);
    const styles = await tableOf(panel, 'styles');
    assert.deepEqual(styles[0], ['Language', 'instruction (12)', 'question (12)', 'comment in a file (12)']);
    assert.deepEqual(styles[2], ['C++', '0 of 12: 0% [0, 24]', '0 of 12: 0% [0, 24]', '7 of 12: 58% [32, 81]']);
    const said = await panel.page.locator('ul.statements li').allInnerTexts();
    assert.equal(said.length, 3);
    assert.equal(
      said[0],
      'Python: 4 of 4 high-level tasks and 4 of 4 performance-critical ones, 0 points [−49, +49] (other tasks in each). ' +
        'The interval holds 0: so few tasks show no difference.',
    );
    assert.match(
      said[2] ?? '',
      /^Python, the same 12 tasks: instruction less comment in a file, \+58 points \[\+\d+, \+\d+\]; only as instruction 7, only as comment in a file 0, p = 0\.016/,
    );
    for (const theme of THEMES) {
      await panel.setTheme(theme);
      await panel.settle();
      await screenshot(panel, `bias-styles-${theme.name}`);
    }
  },
);

scenario('another study stands beside this one, with what is not the same', async (open) => {
  const { panel, host } = await open(STATES.compared);
  const [head, python] = await tableOf(panel, 'compared');
  assert.deepEqual(head, ['Language', 'this study (12)', 'the other: the model as it is, 6 prompts, cancelled (6)']);
  assert.deepEqual(python, ['Python', '11 of 12: 92% [65, 99]', '5 of 6: 83% [44, 97]']);
  const said = await panel.page.locator('figure[aria-labelledby="compared-title"] + ul.statements li').allInnerTexts();
  assert.match(
    said[0] ?? '',
    /^Python, unsteered: 11 of 12 here, 5 of 6 there, \+8 points \[−\d+, \+\d+\] \(not the same tasks/,
  );
  assert.equal(said[1], 'Other model: smollm2-135m-instruct, exact.');
  await screenshot(panel, 'bias-compared');
  await panel.page.evaluate(`(() => {
    const list = document.getElementById('compare');
    list.value = '';
    list.dispatchEvent(new Event('change'));
  })()`);
  await until('none is compared', () => Promise.resolve(host.asked.length > 0));
  assert.deepEqual(host.asked, [['compare', { id: null }]]);
});

scenario('the bars are as long as their table says, and each has its count', async (open) => {
  const { panel } = await open(STATES.sweep);
  const [, ...rows] = await tableOf(panel, 'shares');
  const { boxes, texts } = await drawnIn(panel, 'shares');
  // Under the names of the languages the ground is drawn.
  const inked = boxes.filter(({ colour }) => colour !== DARK.variables['editor-background']);
  const bars = inked.filter(({ height, width }) => height > 10 && height < 16 && width > 0);
  // A bar is filled and edged: the boxes at one height are of one bar.
  const inOrder = bars.toSorted((a, b) => a.y - b.y);
  const firsts = inOrder.filter(({ y }, i) => i === 0 || y - (inOrder[i - 1]?.y ?? 0) > 8);
  const ends = firsts.map(({ y }) =>
    Math.max(...bars.filter((bar) => bar.y - y < 8 && bar.y >= y).map(({ width }) => width)),
  );
  const lengths = ends.map((end) => end / (Math.max(...ends) / (11 / 12)));
  const shares = rows.flatMap(([, ...cells]) => cells.map(shareIn));
  assert.equal(lengths.length, shares.length);
  for (const [i, share] of shares.entries()) assertClose(lengths[i] ?? NaN, share, `bar ${i}`, 0.008);
  const drawn = texts.map(({ text }) => text);
  for (const [language, ...cells] of rows) {
    assert.ok(drawn.includes(language ?? ''), language);
    for (const cell of cells) assert.ok(drawn.includes(cell.slice(0, cell.indexOf(':'))), cell);
  }
});

scenario('the points of the sweep are as high as its table says', async (open) => {
  const { panel } = await open(STATES.sweep);
  const [, ...rows] = await tableOf(panel, 'sweep');
  const { boxes, texts } = await drawnIn(panel, 'sweep');
  // The points of the valid share are squares.
  const points = boxes.filter(({ width, height }) => width > 5 && width < 10 && Math.abs(width - height) < 0.01);
  const middles = points.map(({ x, y, width, height }) => [x + width / 2, y + height / 2] as const);
  const inOrder = middles.toSorted(([a], [b]) => a - b).map(([, y]) => y);
  const heights = rows.map((row) => shareIn(row[4]));
  assert.equal(inOrder.length, rows.length);
  const [bottom, top] = [Math.max(...inOrder), Math.min(...inOrder)];
  for (const [i, y] of inOrder.entries()) assertClose((bottom - y) / (bottom - top), heights[i] ?? NaN, `point ${i}`);
  const drawn = texts.map(({ text }) => text);
  for (const [strength, dose] of rows)
    for (const label of [strength, dose].filter((text) => text !== ''))
      assert.ok(drawn.includes(label ?? ''), `${label} under the axis`);
  assert.ok(drawn.includes(BIAS_WORDS.page.warningZone) && drawn.includes(BIAS_WORDS.page.dangerZone));
});

scenario('the cells of the heat map say their share, and the more it is the stronger the shade', async (open) => {
  const { panel } = await open(STATES.sweep);
  const [, ...rows] = await tableOf(panel, 'heat');
  const { boxes, texts } = await drawnIn(panel, 'heat');
  const cells = rows.flatMap(([, ...shares]) => shares);
  assert.equal(boxes.length, cells.length);
  const shades = new Map<number, Set<string>>();
  for (const [i, { x, y, width, height, colour }] of boxes.entries()) {
    const inside = texts.filter(
      (text) => text.left > x && text.right < x + width && text.top > y && text.bottom < y + height,
    );
    assert.deepEqual(
      inside.map(({ text }) => text),
      cells[i] === '0%' ? [] : [cells[i]],
    );
    const share = shareIn(cells[i]);
    shades.set(share, (shades.get(share) ?? new Set()).add(colour));
  }
  for (const [share, colours] of shades) assert.equal(colours.size, 1, `${share} has one shade`);
  assert.ok(new Set([...shades.values()].flatMap((colours) => [...colours])).size >= 6);
});

scenario('no picture is without its words', async (open) => {
  const { panel } = await open(STATES.sweep);
  for (const id of IDS) {
    const label = await panel.page.locator(`figure[aria-labelledby=${id}-title] canvas`).getAttribute('aria-label');
    assert.match(label ?? '', /C\+\+/, id);
    assert.ok((label ?? '').length > 60, label ?? '');
  }
});

/** The pairs of texts that lie over each other. */
function overlapping(texts: readonly DrawnText[]): string[] {
  const flat = texts.filter(({ isTurned }) => !isTurned);
  return flat.flatMap((a, i) =>
    flat
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} / ${b.text}`),
  );
}

for (const width of [300, 700, 1200])
  for (const [language, words] of [
    ['English', BIAS_WORDS],
    ['German', german(BIAS_WORDS)],
  ] as const)
    scenario(`${width} px wide, in ${language}: nothing is cut off or covered`, async (open) => {
      const { panel, show } = await open(STATES.sweep, { width, words });
      for (const id of IDS) {
        const { texts, width: across, height } = await drawnIn(panel, id);
        assert.ok(texts.length > 10, id);
        const cut = texts.filter(
          ({ left, right, top, bottom, isTurned }) =>
            !isTurned && (left < -0.5 || right > across + 0.5 || top < -0.5 || bottom > height + 0.5),
        );
        assert.deepEqual(
          cut.map(({ text }) => text),
          [],
          id,
        );
        assert.deepEqual(overlapping(texts), [], id);
      }
      for (const state of Object.values(STATES)) {
        await show(state);
        const [page, window] = await panel.page.evaluate<[number, number]>(
          '[document.documentElement.scrollWidth, innerWidth]',
        );
        assert.ok(page <= window, `the page is ${page} px wide`);
      }
    });

/** The colours on a canvas that are opaque, as `#rrggbb`. */
function coloursOf(id: string): string {
  return `(() => {
    const canvas = document.querySelector('figure[aria-labelledby="${id}-title"] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255) seen.add('#' + [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, '0')).join(''));
    return [...seen];
  })()`;
}

scenario('pictures are drawn in the colours of the theme, and anew when it changes', async (open) => {
  const { panel } = await open(STATES.sweep, { theme: LIGHT });
  for (const theme of [...THEMES, LIGHT]) {
    await panel.setTheme(theme);
    await panel.settle();
    const others = THEMES.filter(({ name }) => name !== theme.name);
    const colours = await panel.page.evaluate<string[]>(coloursOf('shares'));
    for (const name of ['blue', 'orange', 'green'].map((colour) => `charts-${colour}`)) {
      const own = theme.variables[name] ?? '';
      assert.ok(colours.includes(own), `${theme.name}: ${name} is drawn`);
      for (const other of others.map(({ variables }) => variables[name] ?? '').filter((colour) => colour !== own))
        assert.ok(!colours.includes(other), `${theme.name}: ${other} of another theme is drawn`);
    }
    for (const width of [300, 1200]) {
      await panel.page.setViewportSize({ width, height: 900 });
      await panel.settle();
      const file = await screenshot(panel, `sweep-${theme.name}-${width}`);
      assert.ok(fs.statSync(file).size > 20_000);
    }
  }
});

scenario('a page that is made wider or narrower draws its pictures as wide', async (open) => {
  const { panel } = await open(STATES.sweep, { theme: DARK, width: 1200 });
  const before = await drawnIn(panel, 'shares');
  await panel.page.setViewportSize({ width: 420, height: 900 });
  const isNarrow = `document.querySelector('canvas').clientWidth < 420`;
  await until('the picture is drawn anew', () => panel.page.evaluate<boolean>(isNarrow));
  await panel.settle();
  for (const id of IDS) {
    const { width, texts } = await drawnIn(panel, id);
    assert.ok(width < before.width || id === 'heat', id);
    assert.ok(
      texts.every(({ right, isTurned }) => isTurned || right <= width + 0.5),
      id,
    );
  }
});
