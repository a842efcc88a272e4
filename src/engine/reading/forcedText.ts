/**
 * An answer that is written already, read again as if it were being written (teacher-forced): of each of its tokens, what
 * the run held that the token was chosen from. With the scope `decide:N` these are two readings, as in `answerLoop.ts`:
 * the decided tokens come from the steered one, all others from the one that follows without what had decided them.
 */
import { residPost, type HookName } from '../../core/graph/hooks.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import { hasOpenedCode } from '../generate/answer.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';

/** A text under one steering. */
export interface ForcedText {
  readonly promptIds: readonly number[];
  /** What the answer was made to begin with; part of the prompt's tokens. */
  readonly prefill: string;
  readonly ids: readonly number[];
  readonly steering: RowSteering | undefined;
  /** True where the session's gates are those of this steering; it keeps the gates of a request that is over. */
  readonly gated: boolean;
}

/** The run that token `index` of an answer was chosen from, at its last position. Its arrays are good until the next one. */
export interface TokenRun {
  readonly index: number;
  readonly logits: Float32Array; // [vocab]
  readonly streams: readonly Float32Array[]; // [layer][dModel], after steering
  readonly gateStrengths: readonly number[]; // [gate]; empty without gates
}

type Visit = (run: TokenRun) => void;

/**
 * How many tokens of an answer the steering decides before the text is read again: up to N of `decide:N`, and no further
 * than the line that opens a block of code. 0 for a steering that takes nothing back.
 */
export function decidedCount(model: LoadedModel, { steering, ids, prefill }: ForcedText): number {
  const most = Math.min(steering?.decidedTokens ?? 0, ids.length);
  const decoder = model.tokenizer.createStreamDecoder();
  let text = prefill;
  for (let count = 0; count < most; count++) {
    text += decoder.push(ids[count]);
    if (hasOpenedCode(text)) return count + 1;
  }
  return most;
}

/** Visits the runs of an answer's tokens in their order. @throws CancelledError between two pieces or tokens */
export async function readForced(
  model: LoadedModel,
  text: ForcedText,
  signal: AbortSignal,
  visit: Visit,
): Promise<void> {
  const { ids, promptIds, steering } = text;
  if (ids.length === 0) return;
  model.main.reserve(1, promptIds.length + ids.length);
  const decided = decidedCount(model, text);
  if (decided === 0) return readFrom(model, text, 0, signal, visit);
  await readDeciding(model, text, decided, signal, visit);
  if (decided < ids.length) await readFrom(model, { ...text, steering: steering?.settled }, decided, signal, visit);
}

/** Prompt and answer in one go; the tokens from `first` on are visited. */
async function readFrom(
  model: LoadedModel,
  { promptIds, ids, steering, gated }: ForcedText,
  first: number,
  signal: AbortSignal,
  visit: Visit,
): Promise<void> {
  const { dModel } = model.config;
  const hooks = streamHooks(model);
  const from = promptIds.length + first - 1;
  await model.main.prefill(0, {
    // What follows the last token is nobody's question.
    ids: [...promptIds, ...ids.slice(0, -1)],
    hooks,
    gateStrengths: gated,
    logits: { from },
    signal,
    ...(steering ? { steering } : {}),
    onPiece: (piece) => {
      const offset = piece.length - piece.logits.length;
      piece.logits.forEach(({ values }, i) => {
        const at = offset + i;
        if (piece.start + at < from) return;
        visit({
          index: piece.start + at - promptIds.length + 1,
          logits: values,
          streams: hooks.map((hook) => rowOf(piece.hooks, hook, at, dModel)),
          gateStrengths: piece.gateStrengths.map((strengths) => strengths[at]),
        });
      });
    },
  });
}

/** The tokens that are decided, one by one as they were written, since gates may learn from each of them. */
async function readDeciding(
  model: LoadedModel,
  text: ForcedText,
  decided: number,
  signal: AbortSignal,
  visit: Visit,
): Promise<void> {
  const { promptIds, ids, steering, gated } = text;
  await readFrom(model, { ...text, ids: ids.slice(0, 1) }, 0, signal, visit);
  const hooks = streamHooks(model);
  const learning = gated ? model.main.learningGates() : undefined;
  for (let index = 1; index < decided; index++) {
    await letMessagesIn(signal);
    const row = { id: ids[index - 1], position: promptIds.length + index - 1, ...(steering ? { steering } : {}) };
    let inside: Omit<TokenRun, 'index' | 'logits'> = { streams: [], gateStrengths: [] };
    const [logits] = await model.main.step([row], 0, learning, {
      hooks,
      onRun: (values) => {
        inside = {
          streams: hooks.map((hook) => rowOf(values.hooks, hook, 0, model.config.dModel)),
          gateStrengths: gated ? values.gateStrengths.map(([strength]) => strength) : [],
        };
      },
    });
    visit({ index, logits: logits.values, ...inside });
  }
}

function streamHooks({ config }: LoadedModel): HookName[] {
  return Array.from({ length: config.layers }, (_, layer) => residPost(layer));
}

function rowOf(values: ReadonlyMap<HookName, Float32Array>, hook: HookName, row: number, width: number): Float32Array {
  return (values.get(hook) ?? new Float32Array(0)).subarray(row * width, (row + 1) * width);
}
