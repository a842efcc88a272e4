/**
 * Writes many answers at once. Prompts are prefilled one by one, the rows that are under way take one token together,
 * and a row that ends makes room for the next prompt. With one row this is plain generation.
 */
import type { Gate } from '../../core/steering/gate.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import type { NextLogits } from '../../core/sampling/sampler.ts';
import { Answer, type AnswerRequest } from './answer.ts';
import type { LayersWatch } from './layersWatch.ts';

export interface AnswerLoopOptions {
  readonly batch: number;
  /** The gates that the doses of the requests are of. */
  readonly gates?: readonly Gate[];
  readonly signal?: AbortSignal | undefined;
  /** Told of the tokens of answers that are written one at a time. */
  readonly watch?: LayersWatch | undefined;
  readonly onText?: (id: string, text: string) => void;
  readonly onAnswer?: (answer: Answer) => void;
}

interface Row {
  readonly answer: Answer;
  /** What steers it from here on. */
  readonly steering: RowSteering | undefined;
  nextId: number;
}

/** Answers every request, in their order. @throws CancelledError between two tokens or two pieces of a prompt */
export async function writeAnswers(
  model: LoadedModel,
  requests: readonly AnswerRequest[],
  options: AnswerLoopOptions,
): Promise<Answer[]> {
  const answers = requests.map(
    (request) => new Answer(request, model.tokenizer, (text) => options.onText?.(request.id, text)),
  );
  const longest = requests.reduce(
    (most, { promptIds, options: o }) => Math.max(most, promptIds.length + o.maxTokens),
    0,
  );
  await model.main.useGates(options.gates ?? []);
  // One row more, in which it is decided how an answer begins.
  const deciding = requests.some(({ steering }) => (steering?.decidedTokens ?? 0) > 0);
  const batch = Math.min(options.batch, requests.length);
  model.main.reserve(batch + (deciding ? 1 : 0), longest);
  const waiting = [...answers];
  const rows: Row[] = [];
  while (waiting.length > 0 || rows.length > 0) {
    const next = rows.length < batch ? waiting.shift() : undefined;
    if (next) await begin(model, next, rows, { ...options, batch });
    else {
      await letMessagesIn(options.signal);
      await stepAll(model, rows, options);
      if (rows.length > 0) await options.watch?.read();
    }
  }
  return answers;
}

/** Prefills a prompt into the row after the last one; its first token comes from the same run. */
async function begin(model: LoadedModel, answer: Answer, rows: Row[], options: AnswerLoopOptions): Promise<void> {
  const { promptIds, steering } = answer.request;
  if (steering && steering.decidedTokens > 0) return decide(model, answer, steering, rows, options);
  const started = performance.now();
  const logits = await readPrompt(model, answer, rows.length, promptIds, steering, options);
  answer.promptMs = performance.now() - started;
  enter(answer, answer.take(logits), steering, rows, options);
}

/**
 * Writes the first tokens of an answer under steering, in a row of its own, and then reads prompt and tokens into the row of
 * the answer, steered by what is left: to the bit, the answer goes on as one to a prompt that ends with these tokens. The two
 * rows keep what they hold, so that where prompt follows prompt neither reading begins from nothing.
 */
async function decide(
  model: LoadedModel,
  answer: Answer,
  steering: RowSteering,
  rows: Row[],
  options: AnswerLoopOptions,
): Promise<void> {
  const { promptIds } = answer.request;
  const started = performance.now();
  let nextId = answer.take(await readPrompt(model, answer, options.batch, promptIds, steering, options));
  const read = performance.now();
  // A session keeps its gates; those of another request are not this one's to learn.
  const learning = options.gates?.length ? model.main.learningGates() : undefined;
  while (nextId !== null && answer.ids.length < steering.decidedTokens && !answer.hasOpenedCode) {
    await letMessagesIn(options.signal);
    const position = promptIds.length + answer.ids.length - 1;
    const watch = options.watch?.at(answer.ids.length - 1, nextId);
    const [logits] = await model.main.step([{ id: nextId, position, steering }], options.batch, learning, watch);
    nextId = answer.take(logits);
    await options.watch?.read();
  }
  answer.decodeMs = performance.now() - read;
  if (nextId !== null) {
    const decided = [...promptIds, ...answer.ids];
    nextId = answer.take(await readPrompt(model, answer, rows.length, decided, steering.settled, options));
  }
  answer.promptMs = performance.now() - started - answer.decodeMs;
  enter(answer, nextId, steering.settled, rows, options);
}

function readPrompt(
  model: LoadedModel,
  answer: Answer,
  row: number,
  ids: readonly number[],
  steering: RowSteering | undefined,
  { signal }: AnswerLoopOptions,
): Promise<NextLogits> {
  const { reuse } = answer.request.options;
  return model.main.prefill(row, {
    ids,
    signal,
    ...(steering ? { steering } : {}),
    ...(reuse ? { reuse, onReuse: (tokens: number) => answer.noteReuse(tokens) } : {}),
  });
}

/** Takes an answer among the rows that are decoded, unless it has ended already. */
function enter(
  answer: Answer,
  nextId: number | null,
  steering: RowSteering | undefined,
  rows: Row[],
  options: AnswerLoopOptions,
): void {
  if (nextId === null) options.onAnswer?.(answer);
  else rows.push({ answer, nextId, steering });
}

async function stepAll(model: LoadedModel, rows: Row[], options: AnswerLoopOptions): Promise<void> {
  const started = performance.now();
  const [alone, ...others] = rows;
  const watch = others.length === 0 ? options.watch?.at(alone.answer.ids.length - 1, alone.nextId) : undefined;
  const logits = await model.main.step(
    rows.map(({ answer: { request, ids }, nextId, steering }) => ({
      id: nextId,
      position: request.promptIds.length + ids.length - 1,
      ...(steering ? { steering } : {}),
    })),
    0,
    undefined,
    watch,
  );
  const nextIds = rows.map(({ answer }, i) => answer.take(logits[i]));
  const elapsed = performance.now() - started;
  for (const { answer } of rows) answer.decodeMs += elapsed;
  // From the last row down, so that a row that moves into a gap has been dealt with.
  for (let i = rows.length - 1; i >= 0; i--) {
    const nextId = nextIds[i];
    if (nextId !== null) rows[i].nextId = nextId;
    else {
      options.onAnswer?.(rows[i].answer);
      removeRow(model, rows, i);
    }
  }
}

/** The last row takes the place of one that ended, so that the rows under way stay the first of the cache. */
function removeRow(model: LoadedModel, rows: Row[], index: number): void {
  const last = rows.pop();
  if (last === undefined || index === rows.length) return;
  model.main.moveRow(rows.length, index);
  rows[index] = last;
}
