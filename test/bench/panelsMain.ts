/**
 * `npm run bench:panels`: how soon the panels draw, in the browser of the tests, and how large their script is. Writes
 * docs/figures/panels.json and panels.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { ensureBuilt } from '../../scripts/lib/bundle.mjs';
import { findBrowser } from '../../scripts/lib/vscode.mjs';
import { layersSchemas, type LayersPanel } from '../../src/protocol/panels/layers.ts';
import { BROWSER_FLAGS } from '../browserFlags.ts';
import { FakeLayers, LAYERS_STATES, sampleReading } from '../webview/harness/layersPages.ts';
import { PanelPage } from '../webview/harness/panelPage.ts';
import { DARK } from '../webview/harness/themes.ts';
import { until } from '../vscode/harness/until.ts';
import { reportJson, reportMarkdown, type Figure } from './figures.ts';
import { thisMachine } from './machine.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);
const RUNS = 9;
const TOKENS = 512;
const LAYERS = 30;
const CANVAS = 'figure[aria-labelledby="layers-title"] canvas';

/** Notes, in the page, how long it takes from a grid's arrival to the end of the frame that shows it. */
const WATCH = `{
  window.drawnMs = [];
  addEventListener('message', ({ data }) => {
    if (data?.message?.ok?.values === undefined) return;
    const startMs = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => window.drawnMs.push(performance.now() - startMs)));
  }, { capture: true });
}`;

/** Moves the grid by half a cell each frame, there and back, and returns the frames a second. */
const PAN = `new Promise((done) => {
  const frame = document.querySelector('${CANVAS}').parentElement;
  const frames = 180;
  let count = 0;
  const startMs = performance.now();
  const step = () => {
    frame.scrollTop += count < frames / 2 ? 30 : -30;
    frame.scrollLeft += count % 60 < 30 ? 20 : -20;
    if (++count < frames) requestAnimationFrame(step);
    else done(frames / ((performance.now() - startMs) / 1000));
  };
  requestAnimationFrame(step);
})`;

async function openPage(browser: Browser): Promise<{ panel: PanelPage; host: FakeLayers }> {
  const host = new FakeLayers(LAYERS_STATES.empty, undefined, sampleReading(TOKENS, LAYERS));
  const panel = await PanelPage.open<LayersPanel>(browser, {
    id: 'layers',
    theme: DARK,
    service: host,
    schemas: layersSchemas,
  });
  await panel.page.evaluate(WATCH);
  return { panel, host };
}

async function drawOnce(browser: Browser): Promise<{ drawMs: number; framesPerSecond: number }> {
  const { panel, host } = await openPage(browser);
  try {
    host.show({ ...LAYERS_STATES.norm, reading: { ...LAYERS_STATES.norm.reading, tokens: TOKENS, read: TOKENS } });
    await until('the picture', () => panel.page.evaluate('window.drawnMs.length > 0'));
    const drawMs = await panel.page.evaluate<number>('window.drawnMs[0]');
    await panel.settle();
    return { drawMs, framesPerSecond: await panel.page.evaluate<number>(PAN) };
  } finally {
    await panel.close();
  }
}

await ensureBuilt();
const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: BROWSER_FLAGS });
const drawn: number[] = [];
const panned: number[] = [];
try {
  for (let run = 0; run < RUNS; run++) {
    const { drawMs, framesPerSecond } = await drawOnce(browser);
    drawn.push(drawMs);
    panned.push(framesPerSecond);
  }
} finally {
  await browser.close();
}
const bytes = ['panels.js', 'panels.css'].map(
  (name) => readFileSync(new URL(`../../dist/webview/${name}`, import.meta.url)).length,
);
const figures: readonly Figure[] = [
  {
    id: 'draw',
    title: `A grid of ${TOKENS} tokens by ${LAYERS} layers, from its arrival to the end of the frame that shows it`,
    unit: 'ms',
    series: [{ name: 'layers', runs: drawn }],
    bounds: [{ of: 'value', is: 'at most', bound: 50 }],
    note: 'In a page under the policy of the editor, in headless Chromium without a GPU; up to two frames of 16.7 ms are in it. The picture is there 300 ms after its data where this is.',
  },
  {
    id: 'pan',
    title: 'Panning the same grid',
    unit: 'frames/s',
    series: [{ name: 'layers', runs: panned }],
    bounds: [{ of: 'value', is: 'at least', bound: 55 }],
    note: '180 frames, each of them 30 px down or up and 20 px to a side. The browser draws 60 a second at most.',
  },
  {
    id: 'bytes',
    title: 'Script and style of all panels',
    unit: 'kB',
    series: [{ name: 'panels.js and panels.css', runs: [bytes.reduce((a, b) => a + b, 0) / 1000] }],
    bounds: [{ of: 'value', is: 'at most', bound: 500 }],
    note: 'Minified, not compressed.',
  },
];
const report = { machine: thisMachine(), command: 'npm run bench:panels', file: 'panels.json', figures };
console.log(reportMarkdown(report));
mkdirSync(FIGURES, { recursive: true });
writeFileSync(new URL('panels.json', FIGURES), reportJson(report));
writeFileSync(new URL('panels.md', FIGURES), reportMarkdown(report));
