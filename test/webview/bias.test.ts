/** The bias panel in a real browser: every state that it can be in, and what its user finds there. */
import assert from 'node:assert/strict';
import { IDLE } from './harness/fakeBias.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { seenOn, type Seen } from './harness/seen.ts';
import { STATES, type StateName } from './harness/states.ts';
import { THEMES } from './harness/themes.ts';

const scenario = useBiasPages();

const NOTHING: Seen = {
  title: 'Language bias',
  buttons: [],
  enabled: ['direction', 'tasks', 'style', 'prompts', 'sweep'],
  notices: [],
  problems: [],
  progress: null,
  empty: false,
  cards: [],
  pictures: [],
  took: null,
};
const WITH_PAST = { enabled: [...NOTHING.enabled, 'past'] };
const WITH_OTHERS = { enabled: [...WITH_PAST.enabled, 'compare'] };
const SHARES = ['Languages of the answers', 'By kind of task'];
const ALL_PICTURES = [...SHARES, 'Strength sweep', 'Languages by strength'];
const THREE_CARDS = ['0% in C++', '83% in C++', '75% in C++'];

const EXPECTED: Readonly<Record<StateName, Partial<Seen>>> = {
  'no model': {
    buttons: ['Get the Default Model'],
    enabled: ['direction', 'tasks', 'style', 'prompts'],
    notices: ['There is no model on this machine yet.'],
    empty: true,
  },
  empty: { buttons: ['Measure'], empty: true },
  opening: {
    buttons: ['Cancel'],
    enabled: [],
    notices: ['Opening the model …'],
    progress: ['0', '0 of 108 answers · starting …'],
  },
  measuring: {
    buttons: ['Cancel'],
    enabled: [],
    progress: ['25', '27 of 108 answers · steered to C++ · about 47 s left'],
    cards: THREE_CARDS,
    pictures: SHARES,
    took: '1 min 3 s · Under way: 36 of 108 answers',
  },
  cancelled: {
    ...WITH_OTHERS,
    buttons: ['Measure', 'Export as JSON…'],
    cards: THREE_CARDS,
    pictures: ALL_PICTURES,
    took: '1 min 3 s · Cancelled: 48 of 108 answers',
  },
  failed: {
    ...WITH_OTHERS,
    buttons: ['Measure', 'Export as JSON…'],
    problems: ['the engine ended by itself. Try again; if it comes back, show the log.'],
    cards: THREE_CARDS.slice(0, 2),
    pictures: SHARES,
    took: '1 min 3 s · Broken off: 24 of 108 answers',
  },
  'failed at once': {
    buttons: ['Measure'],
    problems: ['there is not enough memory: 510 MB are needed, 380 MB are there. Close something.'],
    empty: true,
  },
  'past studies': { ...WITH_PAST, buttons: ['Measure'], empty: true },
  'no sweep': {
    buttons: ['Measure', 'Export as JSON…'],
    cards: THREE_CARDS,
    pictures: SHARES,
    took: '1 min 3 s · Complete',
  },
  'no direction': {
    buttons: ['Measure', 'Export as JSON…'],
    enabled: ['direction', 'tasks', 'style', 'prompts'],
    pictures: SHARES,
    took: '1 min 3 s · Complete',
  },
  'a concept': {
    buttons: ['Measure', 'Export as JSON…'],
    cards: ['92% in code', '92% in code', '92% in code'],
    pictures: ALL_PICTURES,
    took: '1 min 3 s · Complete',
  },
  styles: {
    buttons: ['Measure', 'Export as JSON…'],
    cards: THREE_CARDS,
    pictures: [...SHARES, 'By prompt style'],
    took: '1 min 3 s · Complete',
  },
  compared: {
    ...WITH_OTHERS,
    buttons: ['Measure', 'Export as JSON…'],
    cards: THREE_CARDS,
    pictures: [...SHARES, 'Beside another study'],
    took: '1 min 3 s · Complete',
  },
  sweep: {
    ...WITH_OTHERS,
    buttons: ['Measure', 'Export as JSON…'],
    cards: THREE_CARDS,
    pictures: ALL_PICTURES,
    took: '1 min 3 s · Complete',
  },
};

const NAMES = Object.keys(STATES) as StateName[];

scenario('a page that opens on a state shows it', async (open) => {
  const { panel, host, reload } = await open();
  for (const name of NAMES) {
    host.show(STATES[name]);
    await reload();
    assert.deepEqual(await seenOn(panel), { ...NOTHING, ...EXPECTED[name] }, name);
  }
});

for (const theme of THEMES)
  scenario(`${theme.name}: every state follows every other, and nothing of the one before is left`, async (open) => {
    const { panel, show } = await open(IDLE, { theme });
    for (const name of [...NAMES, ...NAMES.toReversed()]) {
      await show(STATES[name]);
      assert.deepEqual(await seenOn(panel), { ...NOTHING, ...EXPECTED[name] }, name);
    }
  });
