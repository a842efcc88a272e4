/**
 * Writes many answers at once. Prompts are prefilled one by one, the rows that are under way take one token together,
 * and a row that ends makes room for the next prompt. With one row this is plain generation.
 */
import type { Gate } from '../../core/steering/gate.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import { Answer, type AnswerRequest } from './answer.ts';

export interface AnswerLoopOptions {
  readonly batch: number;
  /** The gates that the doses of the requests are of. */
  readonly gates?: readonly Gate[];
  readonly signal?: AbortSignal | undefined;
  readonly onText?: (id: string, text: string) => void;
  readonly onAnswer?: (answer: Answer) => void;
}

interface Row {
  readonly answer: Answer;
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
  model.main.reserve(Math.min(options.batch, requests.length), longest);
  const waiting = [...answers];
  const rows: Row[] = [];
  while (waiting.length > 0 || rows.length > 0) {
    const next = rows.length < options.batch ? waiting.shift() : undefined;
    if (next) await begin(model, next, rows, options);
    else {
      await letMessagesIn(options.signal);
      await stepAll(model, rows, options);
    }
  }
  return answers;
}

/** Prefills a prompt into the row after the last one; its first token comes from the same run. */
async function begin(model: LoadedModel, answer: Answer, rows: Row[], options: AnswerLoopOptions): Promise<void> {
  const { promptIds, steering, options: asked } = answer.request;
  const started = performance.now();
  const logits = await model.main.prefill(rows.length, {
    ids: promptIds,
    signal: options.signal,
    ...(steering ? { steering } : {}),
    ...(asked.reuse ? { reuse: true, onReuse: (tokens: number) => (answer.reusedTokens = tokens) } : {}),
  });
  answer.promptMs = performance.now() - started;
  const nextId = answer.take(logits);
  if (nextId === null) options.onAnswer?.(answer);
  else rows.push({ answer, nextId });
}

async function stepAll(model: LoadedModel, rows: Row[], options: AnswerLoopOptions): Promise<void> {
  const started = performance.now();
  const logits = await model.main.step(
    rows.map(({ answer: { request, ids }, nextId }) => ({
      id: nextId,
      position: request.promptIds.length + ids.length - 1,
      ...(request.steering ? { steering: request.steering } : {}),
    })),
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
