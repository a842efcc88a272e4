/** What is not meant well, or is wrong: no text becomes code or markup, and no snapshot and no message breaks the page. */
import assert from 'node:assert/strict';
import type { BiasSnapshot } from '../../src/protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../src/protocol/panels/biasWords.ts';
import type { BiasWords } from '../../src/protocol/panels/biasWords.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { UNHARMED, harmTo } from './harness/harm.ts';
import { TEXTS, hostileSnapshots } from './harness/hostile.ts';
import { seenOn } from './harness/seen.ts';
import { STATES } from './harness/states.ts';

const scenario = useBiasPages();

/** Of a panel with everything that it can have at once. */
const HOSTILE = hostileSnapshots<BiasSnapshot>({
  ...STATES.sweep,
  work: STATES.measuring.work,
  problem: STATES.failed.problem,
});

scenario(`${HOSTILE.length} hostile snapshots: nothing runs, and the next good one is drawn whole`, async (open) => {
  assert.ok(HOSTILE.length >= 180, `${HOSTILE.length} snapshots`);
  const { panel, host } = await open(STATES.sweep, { width: 400 });
  const good = await seenOn(panel);
  for (const { what, snapshot } of HOSTILE) {
    host.show(snapshot);
    await panel.delivered();
    assert.deepEqual(await harmTo(panel), UNHARMED, what);
    host.show(STATES.sweep);
    await panel.delivered();
    assert.deepEqual(await seenOn(panel), good, `after ${what}`);
    assert.deepEqual(panel.errors, [], what);
  }
  await panel.settle();
  assert.deepEqual(panel.requests, []);
});

scenario('a snapshot that cannot be drawn is said, and the one after it takes that back', async (open) => {
  const { panel, show } = await open(STATES.sweep);
  const broken = HOSTILE.find(({ what }) => what.startsWith('study.parts is '));
  assert.ok(broken);
  await show(broken.snapshot);
  // The one that the snapshot tells of, and that it cannot be drawn.
  assert.equal((await seenOn(panel)).problems.length, 2);
  await show(STATES.sweep);
  assert.deepEqual((await seenOn(panel)).problems, []);
});

scenario('words as hostile as any stay words', async (open) => {
  for (const name of ['image', 'end of an attribute', 'half a character'] as const) {
    const text = TEXTS[name] ?? '';
    const words: BiasWords = JSON.parse(
      JSON.stringify(BIAS_WORDS, (_key, value: unknown) => (typeof value === 'string' ? text : value)),
    );
    const { panel } = await open(STATES.sweep, { words });
    assert.deepEqual(await harmTo(panel), UNHARMED, name);
    assert.equal((await seenOn(panel)).title, text);
  }
});

scenario('long texts move nothing out of a narrow page', async (open) => {
  const { panel, show } = await open(STATES.sweep, { width: 300 });
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

scenario('messages that nobody of ours sends are dropped', async (open) => {
  const { panel, show } = await open(STATES.sweep);
  const good = await seenOn(panel);
  const page = panel.pageId;
  const messages: readonly unknown[] = [
    ...[null, 7, '', 'steerscope', [], {}, [[]], { page }, { message: {} }, { page, message: null }],
    ...[
      { page, message: 'x' },
      { page, message: [] },
      { page, message: {} },
      { page, message: {}, more: 1 },
    ],
    ...[
      { page: '__proto__', message: {} },
      { page: 'x'.repeat(36), message: {} },
      { page: 7, message: {} },
    ],
    ...[
      { page, message: { id: 999, ok: {} } },
      { page, message: { id: -1, event: {} } },
    ],
    ...[
      { page, message: { id: '1', event: {} } },
      { page, message: { id: null, err: {} } },
    ],
    ...[
      { page, message: { note: 'log', level: 'x', text: [] } },
      { page, message: { note: 'ready' } },
    ],
    ...[
      { page, message: { id: 3, method: 'start', params: {} } },
      { page, message: { id: 3, cancel: true } },
    ],
    // Those of an earlier page of the same tab.
    { page: '00000000-0000-4000-8000-000000000000', message: { id: 2, event: STATES.empty } },
    JSON.parse(`{"page":"${page}","message":{"__proto__":{"id":2},"event":{}}}`),
  ];
  for (const message of messages) {
    await panel.post(message);
    await panel.delivered();
    assert.deepEqual(await seenOn(panel), good, JSON.stringify(message));
  }
  await show(STATES.empty);
  assert.equal((await seenOn(panel)).empty, true);
});
