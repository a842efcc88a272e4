/**
 * One answer while it is being written: its tokens, its text as far as it may be shown, and when it ends. Knows nothing
 * of sessions; the loop feeds it logits and asks for the next token.
 */
import { NON_FINITE, chooseToken, type NextLogits } from '../../core/sampling/sampler.ts';
import { createRandom } from '../../core/stats/random.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import type { StreamDecoder, Tokenizer } from '../../core/tokenizer/index.ts';
import type { AppliedSteering, GenerateOptions, Generated, StopReason } from '../../protocol/engineService.ts';

/** What is to be answered, in tokens. */
export interface AnswerRequest {
  readonly id: string;
  readonly promptIds: readonly number[];
  readonly prefill: string;
  readonly steering?: RowSteering;
  readonly applied: readonly AppliedSteering[];
  /**
   * Seeds the choice of tokens; equal seeds give equal answers whatever runs beside, but for int8 precision, in which rows
   * that run together are rounded otherwise than one alone.
   */
  readonly seed: number;
  readonly options: GenerateOptions;
  /** Tokens that end this answer beside those that end any. */
  readonly endIds?: ReadonlySet<number>;
}

export class Answer {
  readonly ids: number[] = [];
  stop: StopReason | undefined;
  promptMs = 0;
  decodeMs = 0;
  /** Tokens of the prompt that did not have to be run, where that was asked for. */
  reusedTokens: number | undefined;
  private readonly seen: Set<number>;
  private readonly random: () => number;
  private readonly decoder: StreamDecoder;
  private text: string;
  private shown = 0;
  private readonly longestStop: number;

  constructor(
    readonly request: AnswerRequest,
    private readonly tokenizer: Tokenizer,
    /** Called with text that no stop sequence can take back. */
    private readonly onText: (text: string) => void,
  ) {
    this.seen = new Set(request.promptIds);
    this.random = createRandom(request.seed).next;
    this.decoder = tokenizer.createStreamDecoder();
    this.text = request.prefill;
    this.longestStop = Math.max(1, ...request.options.stop.map((stop) => stop.length));
  }

  /**
   * Chooses the next token from `logits` (which it writes to) and takes it into the answer. Returns the token to run
   * next, or null where the answer has ended.
   */
  take(logits: NextLogits): number | null {
    const { options } = this.request;
    const id = chooseToken(logits, this.seen, options, this.random);
    if (id === NON_FINITE) return this.end('nonfinite');
    if (!options.ignoreEos && this.isEnd(id)) return this.end('eos');
    this.text += this.decoder.push(id);
    if (this.cutAtStop()) return this.end('text');
    this.ids.push(id);
    this.seen.add(id);
    this.show(this.text.length - this.longestStop + 1);
    return this.ids.length >= options.maxTokens ? this.end('length') : id;
  }

  /** A reading of the prompt passes over its first `tokens`; of several readings the one that passes over least counts. */
  noteReuse(tokens: number): void {
    this.reusedTokens = Math.min(tokens, this.reusedTokens ?? Infinity);
  }

  get hasOpenedCode(): boolean {
    return hasOpenedCode(this.text);
  }

  result(): Generated {
    const { id, promptIds, applied } = this.request;
    return {
      id,
      text: this.text,
      ids: this.ids,
      stop: this.stop ?? 'length',
      promptTokens: promptIds.length,
      tokens: this.ids.length,
      ms: { prompt: this.promptMs, decode: this.decodeMs },
      steer: applied,
      ...(this.reusedTokens === undefined ? {} : { reusedTokens: this.reusedTokens }),
    };
  }

  private isEnd(id: number): boolean {
    return this.tokenizer.eosIds.has(id) || this.request.endIds?.has(id) === true;
  }

  private end(reason: StopReason): null {
    if (reason !== 'text') this.text += this.decoder.end();
    this.stop = reason;
    this.show(this.text.length);
    return null;
  }

  /** Cuts the text before the first stop sequence that the newest token completed. */
  private cutAtStop(): boolean {
    // What was shown holds no beginning of a stop sequence, or it would have been held back.
    const from = Math.max(this.request.prefill.length, this.shown);
    const places = this.request.options.stop.map((stop) => this.text.indexOf(stop, from)).filter((at) => at >= 0);
    if (places.length === 0) return false;
    this.text = this.text.slice(0, Math.min(...places));
    return true;
  }

  private show(upTo: number): void {
    const last = this.text.charCodeAt(upTo - 1);
    // Not half of a character that takes two units.
    const end = last >= 0xd800 && last < 0xdc00 ? upTo - 1 : upTo;
    if (end <= this.shown) return;
    this.onText(this.text.slice(this.shown, end));
    this.shown = end;
  }
}

/** True where a block of code has been opened and its first line, with the tag, is complete. */
export function hasOpenedCode(text: string): boolean {
  return /(?:^|\n) *```[^\n`]*\n/.test(text);
}
