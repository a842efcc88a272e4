/** The read-out at the ends of lines: what it says, when it asks the engine, and that an edit calls it off. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CancelledError, EngineError, ModelError } from '../../../src/core/errors.ts';
import type { LinesParams, LinesResult } from '../../../src/protocol/engineService.ts';
import { EventEmitter } from './fake/events.ts';
import { fingerprintOf, summaryOf } from './fake/models.ts';
import { fake } from './fake/state.ts';
import { FakeDocument, FakeEditor, showEditors, textEvents } from './fake/texts.ts';
import { Uri } from './fake/values.ts';
import { fakeLog, freshHome, settled } from './support.ts';

const { LanguageLines } = await import('../../../src/host/languageLines/languageLines.ts');
const { registerLanguageLines } = await import('../../../src/host/languageLines/index.ts');
const { CompletionState } = await import('../../../src/host/completion/completionState.ts');
const { Tasks } = await import('../../../src/host/tasks/tasks.ts');

/** One request that the engine was given; it is answered by the test. */
interface Asked {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly answer: (result: LinesResult) => void;
  readonly fail: (error: unknown) => void;
}

/** As much of the engine's host as the read-out uses. */
class FakeEngine {
  private readonly changed = new EventEmitter<unknown>();
  readonly onDidChangeState = this.changed.event;
  readonly asked: Asked[] = [];
  readonly fits: unknown[] = [];
  state: { model: string; summary?: ReturnType<typeof summaryOf> } = { model: 'closed' };

  enter(model: string, name?: string): void {
    this.state = { model, ...(name ? { summary: { ...summaryOf(name), fingerprint: fingerprintOf(name) } } : {}) };
    this.changed.fire(this.state);
  }

  async use(work: (client: unknown, model: unknown) => Promise<unknown>): Promise<unknown> {
    if (this.state.model === 'closed') this.enter('opening');
    if (this.state.model === 'opening') this.enter('ready', 'mine');
    return work({ lines: this.lines, fitLines: this.fitLines }, this.state.summary);
  }

  private readonly lines = ({ text }: LinesParams, { signal }: { signal: AbortSignal }): Promise<LinesResult> =>
    new Promise((resolve, reject) => {
      // It answers even what was called off, as an engine may that had finished just then.
      this.asked.push({ text, signal, answer: resolve, fail: reject });
    });

  private readonly fitLines = async (params: unknown): Promise<void> => void this.fits.push(params);
}

/** The pause after an edit: it ends when the test says so. */
class Pause {
  private readonly waiting: (() => void)[] = [];

  readonly begin = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => reject(new CancelledError()));
    });

  async end(): Promise<void> {
    for (const resolve of this.waiting.splice(0)) resolve();
    await settled();
  }
}

async function prepare(t: TestContext, { isOn = true } = {}) {
  const { settings } = await freshHome(t);
  if (isOn) fake.set('steerscope.languageLines.enabled', true);
  const [engine, pause, completionState] = [new FakeEngine(), new Pause(), new CompletionState()];
  const services = { settings, engine, completionState, log: fakeLog() };
  const lines = new LanguageLines(services as never, pause.begin);
  t.after(() => {
    lines.dispose();
    showEditors();
  });
  return { engine, pause, completionState, lines, services, last: () => engine.asked.at(-1) };
}

function open(text: string, languageId = 'cpp', name = 'a.cpp'): { document: FakeDocument; editor: FakeEditor } {
  const document = new FakeDocument(Uri.file(`/w/${name}`), languageId, text);
  return { document, editor: new FakeEditor(document) };
}

/** A result whose lines lean to these languages, with the score of each. */
function result(lines: readonly [line: number, language: string, score: number][], more: Partial<LinesResult> = {}) {
  const languages = ['python', 'cpp', 'rust'];
  return {
    languages,
    lines: lines.map(([line, language, score]) => ({
      line,
      language,
      scores: languages.map((id) => (id === language ? score : (1 - score) / 2)),
      tokens: 7,
    })),
    tokens: 30,
    leftOut: { tokens: 0, lines: 0 },
    probe: { name: 'languages', layer: 3, notes: [] },
    ...more,
  } satisfies LinesResult;
}

function texts({ decorations }: FakeEditor): [number, string, string][] {
  return decorations.map(({ range, renderOptions: { after } }) => [
    range.start.line,
    after.contentText,
    after.color.id,
  ]);
}

test('after a pause each line says its language, and another than the file’s is marked by more than colour', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const { editor } = open('int a;\ndef f():\n\n}');
  showEditors(editor);
  assert.equal(engine.asked.length, 0, 'it did not wait');
  await pause.end();
  assert.equal(last()?.text, 'int a;\ndef f():\n\n}');
  last()?.answer(result([[0, 'cpp', 0.98], [1, 'python', 0.9], [3, 'python', 0.4]])); // prettier-ignore
  await settled();
  assert.deepEqual(texts(editor), [
    [0, 'C++ 0.98', 'editorCodeLens.foreground'],
    [1, '≠ Python 0.90', 'editorWarning.foreground'],
    [3, 'Python? 0.40', 'editorCodeLens.foreground'],
  ]);
  const [own, foreign] = editor.decorations;
  assert.equal(own?.hoverMessage.isTrusted, false);
  assert.match(own?.hoverMessage.value ?? '', /\| C\+\+ \(the file’s\) \| 0\.98 \|\n\| Python \| 0\.01 \|/);
  assert.match(foreign?.hoverMessage.value ?? '', /` languages ` at layer 3, the mean over 7 tokens/);
});

test('a file in a language that the probe does not know is foreign nowhere, and the hover says why', async (t) => {
  const { pause, last } = await prepare(t);
  const { editor } = open('print(1)', 'julia', 'a.jl');
  showEditors(editor);
  await pause.end();
  last()?.answer(result([[0, 'python', 0.9]], { probe: { name: 'languages', layer: 3, notes: ['made in fast'] } }));
  await settled();
  assert.deepEqual(texts(editor), [[0, 'Python 0.90', 'editorCodeLens.foreground']]);
  assert.match(editor.decorations[0]?.hoverMessage.value ?? '', /made in fast.*most like/s);
});

test('an edit calls off the reading and begins another; the edited line says nothing, those below move along', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const { document, editor } = open('a\nb\nc\nd');
  showEditors(editor);
  await pause.end();
  last()?.answer(result([[0, 'cpp', 0.9], [1, 'cpp', 0.8], [2, 'rust', 0.7], [3, 'cpp', 0.6]])); // prettier-ignore
  await settled();
  document.edit(1, 1, 'b1\nb2');
  const kept = (): [number, string][] => texts(editor).map(([line, text]) => [line, text]);
  assert.deepEqual(kept(), [[0, 'C++ 0.90'], [3, '≠ Rust 0.70'], [4, 'C++ 0.60']]); // prettier-ignore
  await pause.end();
  const second = last();
  assert.equal(engine.asked.length, 2);
  document.edit(0, 0, 'aa');
  assert.equal(second?.signal.aborted, true, 'the engine goes on reading what is no more');
  second?.answer(result([[0, 'python', 1]]));
  await settled();
  assert.deepEqual(kept(), [[3, '≠ Rust 0.70'], [4, 'C++ 0.60']]); // prettier-ignore
  document.edit(0, 0, 'aaa');
  await pause.end();
  assert.equal(engine.asked.length, 3, 'each edit has a request of its own');
  assert.equal(last()?.text, 'aaa\nb1\nb2\nc\nd');
  document.edit(2, 4, 'x');
  assert.deepEqual(kept(), []);
});

test('one request at a time for a document, however many editors show it; another document has its own', async (t) => {
  const { pause, engine } = await prepare(t);
  const { document, editor } = open('a');
  const twin = new FakeEditor(document);
  const other = open('x = 1', 'python', 'b.py');
  showEditors(editor, twin, other.editor);
  await pause.end();
  assert.deepEqual(
    engine.asked.map(({ text }) => text),
    ['a', 'x = 1'],
  );
  engine.asked[0]?.answer(result([[0, 'cpp', 0.9]]));
  await settled();
  assert.deepEqual(texts(editor), texts(twin));
  assert.equal(texts(twin).length, 1);
  assert.deepEqual(texts(other.editor), []);
});

const UNWELCOME: readonly [what: string, prepare: () => void, scheme?: string][] = [
  ['the setting is off', () => fake.set('steerscope.languageLines.enabled', false)],
  ['the document is excluded', () => fake.set('steerscope.completion.exclude', ['**/a.cpp'])],
  ['it is no text of a user', () => {}, 'output'],
];
for (const [what, change, scheme = 'file'] of UNWELCOME)
  test(`nothing is read where ${what}`, async (t) => {
    const { pause, engine } = await prepare(t);
    change();
    const document = new FakeDocument(Uri.from({ scheme, path: '/w/a.cpp' }), 'cpp', 'int a;');
    showEditors(new FakeEditor(document));
    document.edit(0, 0, 'int b;');
    await pause.end();
    assert.equal(engine.asked.length, 0);
    const welcome = open('int c;', 'cpp', 'c.cpp').editor;
    fake.set('steerscope.languageLines.enabled', true);
    showEditors(welcome);
    await pause.end();
    assert.equal(engine.asked.length, 1, 'nothing would be read at all');
  });

test('nothing is read without a usable model; when one comes it begins, and opening it is no reason to begin again', async (t) => {
  const { pause, engine } = await prepare(t);
  for (const model of ['missing', 'fetching', 'failed']) {
    engine.enter(model);
    const { document, editor } = open('int a;');
    showEditors(editor);
    document.edit(0, 0, 'int b;');
    await pause.end();
    assert.equal(engine.asked.length, 0, model);
  }
  engine.enter('closed');
  await pause.end();
  assert.equal(engine.state.model, 'ready');
  assert.equal(engine.asked.length, 1);
  assert.equal(engine.asked[0]?.signal.aborted, false);
});

test('switching it off clears what is shown, another model reads anew, and a switched editor shows what is known', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const { document, editor } = open('int a;');
  showEditors(editor);
  await pause.end();
  last()?.answer(result([[0, 'cpp', 0.9]]));
  await settled();
  const again = new FakeEditor(document);
  showEditors(again);
  await pause.end();
  assert.deepEqual([engine.asked.length, texts(again).length], [1, 1]);
  engine.enter('ready', 'another');
  assert.equal(texts(again).length, 0);
  await pause.end();
  assert.equal(engine.asked.length, 2);
  last()?.answer(result([[0, 'cpp', 0.7]]));
  await settled();
  assert.equal(texts(again).length, 1);
  fake.set('steerscope.languageLines.enabled', false);
  assert.equal(texts(again).length, 0);
  document.edit(0, 0, 'x');
  await pause.end();
  assert.equal(engine.asked.length, 2);
});

test('of a long document what is seen is read, with the cut said where it is; scrolling reads on', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const document = new FakeDocument(
    Uri.file('/w/a.cpp'),
    'cpp',
    Array.from({ length: 500 }, (_, i) => `l${i}`).join('\n'),
  );
  const editor = new FakeEditor(document);
  editor.scroll(100, 140);
  showEditors(editor);
  await pause.end();
  assert.match(last()?.text ?? '', /^l0\n.*\nl150$/s);
  last()?.answer(result([[80, 'cpp', 0.9], [150, 'cpp', 0.9]], { tokens: 1024, leftOut: { tokens: 700, lines: 80 } })); // prettier-ignore
  await settled();
  assert.deepEqual(texts(editor)[0]?.slice(0, 2), [79, '↑ not read: only the 1,024 tokens below are']);
  editor.scroll(102, 145);
  await pause.end();
  assert.equal(engine.asked.length, 1, 'what is seen was read already');
  editor.scroll(60, 100);
  await pause.end();
  assert.match(last()?.text ?? '', /\nl110$/);
  last()?.answer(result([[60, 'cpp', 0.9]]));
  await settled();
  editor.scroll(460, 499);
  await pause.end();
  assert.match(last()?.text ?? '', /\nl499$/);
});

test('a text is cut to whole lines before it is sent, and a line that nobody wrote is not read', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const long = open([...Array.from({ length: 30 }, (_, i) => `${i} ${'x'.repeat(998)}`)].join('\n'));
  const minified = open('x'.repeat(30_000), 'javascript', 'b.js');
  showEditors(long.editor, minified.editor);
  await pause.end();
  assert.equal(engine.asked.length, 1);
  const sent = (last()?.text ?? '').split('\n');
  assert.equal(sent.length, 19);
  assert.match(sent[0] ?? '', /^11 x/);
  last()?.answer(result([[0, 'cpp', 0.9]]));
  await settled();
  assert.deepEqual(
    texts(long.editor).map(([line]) => line),
    [10, 11],
  );
});

test('a completion has the engine first', async (t) => {
  const { pause, engine, completionState } = await prepare(t);
  const { editor } = open('int a;');
  let done = (): void => {};
  const completion = completionState.during(() => new Promise<void>((resolve) => (done = resolve)));
  showEditors(editor);
  await pause.end();
  assert.equal(engine.asked.length, 0);
  done();
  await completion;
  await settled();
  assert.equal(engine.asked.length, 1);
});

test('an error is logged, and said once and quietly; the next edit tries again', async (t) => {
  const { pause, engine, last } = await prepare(t);
  const { document, editor } = open('int a;');
  showEditors(editor);
  for (const text of ['b', 'c']) {
    await pause.end();
    last()?.fail(new EngineError('crashed', 'the engine went away'));
    await settled();
    document.edit(0, 0, text);
  }
  assert.equal(engine.asked.length, 2);
  assert.deepEqual(fake.said('error').concat(fake.said('warning')), []);
  assert.equal(fake.said('statusBar').filter((text) => text.includes('The engine went away')).length, 1);
  assert.equal(fake.logged.filter(({ level, text }) => level === 'error' && text.includes('went away')).length, 1);
});

test('a model without a probe is told of once, with a button that makes one; it is not asked again until then', async (t) => {
  const { pause, engine, lines, last } = await prepare(t);
  const { document, editor } = open('int a;');
  let fits = 0;
  fake.commands.set('steerscope.fitLines', () => fits++);
  fake.answers.push('Make One');
  showEditors(editor);
  await pause.end();
  last()?.fail(new ModelError('no-line-probe', 'no probe of languages was made on this model'));
  await settled();
  assert.equal(fits, 1);
  document.edit(0, 0, 'int b;');
  await pause.end();
  assert.deepEqual([engine.asked.length, fake.said('information').length], [1, 1]);
  lines.again();
  await pause.end();
  assert.equal(engine.asked.length, 2);
});

test('the command makes a probe, under a name of the model', async (t) => {
  const { engine, services } = await prepare(t, { isOn: false });
  const tasks = new Tasks(fakeLog());
  const registered = registerLanguageLines({ ...services, tasks } as never);
  t.after(() => {
    registered.dispose();
    tasks.dispose();
  });
  await fake.commands.get('steerscope.fitLines')?.();
  const name = `languages-${fingerprintOf('mine').slice(0, 12)}`;
  assert.deepEqual(engine.fits, [{ name, replace: true, seed: 0 }]);
  assert.match(fake.progress[0]?.title ?? '', /probe/);
});

test('a closed document and a closed window leave nothing under way', async (t) => {
  const { pause, lines, engine, last } = await prepare(t);
  const first = open('int a;');
  showEditors(first.editor);
  await pause.end();
  textEvents.closed.fire(first.document);
  assert.equal(last()?.signal.aborted, true);
  const second = open('int b;', 'cpp', 'b.cpp');
  showEditors(second.editor);
  await pause.end();
  lines.dispose();
  assert.equal(last()?.signal.aborted, true);
  second.document.edit(0, 0, 'x');
  await pause.end();
  assert.equal(engine.asked.length, 2);
});
