/** Layers that grow while the model writes: what the panel shows of a completion that is not done, and when it looks on at all. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { layersSchemas, type LayersPanel, type LayersSnapshot } from '../../../../src/protocol/panels/layers.ts';
import type {
  GenerateEvent,
  GenerateParams,
  Generated,
  WrittenLayers,
} from '../../../../src/protocol/generateTypes.ts';
import type { CallOptions } from '../../../../src/protocol/rpc.ts';
import { CancelledError } from '../../../../src/core/errors.ts';
import { sampleReading } from '../../../webview/harness/layersPages.ts';
import { until } from '../../files/support.ts';
import { FakePanel, serializers } from '../fake/panels.ts';
import { openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { prepare } from './biasSupport.ts';
import { watchSnapshots } from './page.ts';

const { Completions } = await import('../../../../src/host/completion/completions.ts');
const { cursorAt } = await import('../../../../src/host/completion/cursor.ts');

const LAYERS = 4;
const PIECES = ['x', 'Ġ=', 'Ġ1'];

/** A token as the engine tells of it, its lens read or not. */
function written(index: number, isRead: boolean): WrittenLayers {
  const each = <T>(value: T): T[] => new Array<T>(LAYERS).fill(value);
  const id = index + 1;
  const told = {
    index,
    id,
    pieces: { [id]: PIECES[index] ?? '' },
    norm: each(10 + index),
    change: [null, 0.5, 0.5, 0.5],
  };
  if (!isRead) return told;
  const lens = { entropy: each(1), divergence: each(2), confidence: each(0.75), top: each([[9, 0.75] as const]) };
  return { ...told, lens: { ...lens, pieces: { 9: 'Ġy' } } };
}

/** A window with one text, whose completion waits for the test between what it tells. */
async function prepareLive(t: TestContext, settings: Partial<LayersSnapshot['settings']> = {}) {
  const all = await prepare(t);
  const asked: GenerateParams[] = [];
  const readings: unknown[] = [];
  let emit: (event: GenerateEvent) => void = () => {};
  let end: () => void = () => {};
  all.engine.summary = { ...all.engine.summary, layers: LAYERS };
  all.engine.answers.generate = async (params, { signal, onEvent }: CallOptions<GenerateEvent> = {}) => {
    asked.push(params);
    emit = (event) => onEvent?.(event);
    await new Promise<void>((resolve, reject) => {
      end = resolve;
      signal?.addEventListener('abort', () => reject(new CancelledError()), { once: true });
    });
    const text = 'x = 1';
    const [{ id = '' } = {}] = params.prompts;
    const answer: Generated = {
      ...{ id, text, ids: [1, 2, 3], stop: 'eos', promptTokens: 5, tokens: 3 },
      ...{ ms: { prompt: 1, decode: 1 }, steer: [] },
    };
    return [answer];
  };
  all.engine.answers.layers = async (params, { signal } = {}) => {
    readings.push(params);
    await new Promise<void>((resolve, reject) => {
      release = resolve;
      signal?.addEventListener('abort', () => reject(new CancelledError()), { once: true });
    });
    return { ...sampleReading(5, LAYERS), steer: [] };
  };
  let release: () => void = () => {};
  const services = { ...all, steering: { inForce: () => ({ choice: { kind: 'off' } }) } };
  const completions = new Completions(services as never);
  t.after(() => completions.dispose());
  const { document, selection } = openMarked('y = 2\n‸', 'python', Uri.file('/w/main.py'));
  const position = selection.active;
  const complete = (): Promise<unknown> => {
    const signal = new AbortController().signal;
    const request = {
      document,
      position,
      cursor: cursorAt(document as never, position as never),
      maxTokens: 8,
      signal,
    };
    return completions.complete(request as never).catch((error: unknown) => {
      if (!(error instanceof CancelledError)) throw error;
    });
  };
  const panel = new FakePanel('steerscope.layers', '');
  const usual = { measure: 'lens', direction: null, tokens: 128, steered: false, follows: true };
  const state = { settings: { ...usual, ...settings }, source: null };
  await serializers.get('steerscope.layers')?.deserializeWebviewPanel(panel, state);
  return {
    ...{ asked, readings, complete, panel, completions },
    ...watchSnapshots<LayersPanel, LayersSnapshot>(panel, layersSchemas),
    tell: (...tokens: readonly WrittenLayers[]) => emit({ kind: 'layers', id: 'completion', tokens }),
    end: () => end(),
    /** The answer to the same would come out of the cache. */
    forget: () => (completions as unknown as { completer: { forget(): void } }).completer.forget(),
    release: () => release(),
  };
}

const isLive = ({ reading }: LayersSnapshot): boolean => reading?.isWriting === true;

test('rows come with the tokens, are read in their time, and give way to the whole reading', async (t) => {
  const { asked, readings, complete, client, when, tell, end, release } = await prepareLive(t);
  const done = complete();
  await until(() => asked.length === 1);
  assert.deepEqual(asked[0]?.watch, { top: 5 });
  tell(written(0, false));
  const first = await when(isLive);
  assert.deepEqual(
    [first.reading?.tokens, first.reading?.source, first.reading?.isLive, first.isStale],
    [1, 'the completion at main.py:2', false, false],
  );
  const id = first.reading?.id ?? '';
  const grid = await client.grid({ id, measure: 'lens', language: 'cpp' });
  assert.deepEqual([grid.rows, grid.values, grid.absent], [['0 x'], new Array(LAYERS).fill(null), 'not read yet']);
  assert.deepEqual((await client.grid({ id, measure: 'norm', language: 'cpp' })).values, new Array(LAYERS).fill(10));
  tell(written(1, false));
  tell(written(0, true));
  const { reading } = await when((snapshot) => isLive(snapshot) && snapshot.reading?.tokens === 2);
  assert.notEqual(reading?.id, id);
  // Who asks for the older picture gets the newest.
  const newest = await client.grid({ id, measure: 'lens', language: 'cpp' });
  assert.deepEqual(newest.rows, ['0 x', '1 ␣=']);
  assert.deepEqual(newest.texts?.slice(0, LAYERS), new Array(LAYERS).fill('␣y'));
  assert.deepEqual(newest.values.slice(LAYERS), new Array(LAYERS).fill(null));
  end();
  await done;
  await until(() => readings.length === 1);
  // What was seen stays until there is more.
  assert.equal(isLive(await when(({ work }) => work !== undefined)), true);
  release();
  const read = await when(({ work, reading: now }) => work === undefined && now?.isWriting === false);
  assert.deepEqual([read.reading?.tokens, read.reading?.isLive], [5, true]);
});

test('nobody looks on where completions are not followed, or the panel is not seen', async (t) => {
  const { asked, complete, client, panel, when, end, forget } = await prepareLive(t, { follows: false });
  let done = complete();
  await until(() => asked.length === 1);
  end();
  await done;
  const { settings } = await when(() => true);
  await client.choose({ ...settings, follows: true });
  panel.setVisible(false);
  forget();
  done = complete();
  await until(() => asked.length === 2);
  end();
  await done;
  assert.deepEqual(
    asked.map(({ watch }) => watch),
    [undefined, undefined],
  );
});

test('a completion that is given up leaves what was shown before', async (t) => {
  const { asked, readings, complete, completions, when, tell } = await prepareLive(t);
  const done = complete();
  await until(() => asked.length === 1);
  tell(written(0, true));
  await when(isLive);
  completions.cancel();
  await done;
  await when(({ reading }) => reading === undefined);
  assert.deepEqual(readings, []);
});

test('a new completion does not wait for the reading of the one before', async (t) => {
  const { asked, readings, complete, when, end, forget } = await prepareLive(t);
  const done = complete();
  await until(() => asked.length === 1);
  end();
  await done;
  await until(() => readings.length === 1);
  await when(({ work }) => work !== undefined);
  forget();
  const next = complete();
  await until(() => asked.length === 2);
  await when(({ work, problem }) => work === undefined && problem === undefined);
  end();
  await next;
  await until(() => readings.length === 2);
});
