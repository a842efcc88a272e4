/**
 * The tokenizer of a model: text to token ids and back, by the model's own tables. Byte-level BPE: the text is cut at
 * special tokens, the rest into words by the file's pre-tokenizer, each word's UTF-8 bytes are merged pair by pair.
 *
 * A byte that the vocabulary has no token for is left out (in SmolLM2's: six control characters, and bytes that UTF-8
 * hardly uses). That is what Hugging Face's tokenizers and llama.cpp do; the alternative, an "unknown" token, would
 * in SmolLM2's case be `<|endoftext|>`. All other text decodes to itself.
 */
import { UsageError } from '../errors.ts';
import { bytesOfSpelling } from './byteAlphabet.ts';
import { BytePairMerger } from './bytePairs.ts';
import type { InfillTokens } from './infillTokens.ts';
import type { Metadata } from './metadata.ts';
import { splitWords } from './preTokenizers.ts';
import { SpecialTokens, type SpecialToken } from './specialTokens.ts';
import { Utf8Stream } from './utf8Stream.ts';
import { TOKEN_TYPE, readVocabulary, type Vocabulary } from './vocabulary.ts';
import { WordCache } from './wordCache.ts';

/** Words remembered by each tokenizer; a large source file has about 5,000 distinct ones. */
const CACHED_WORDS = 1 << 14;

/** A stretch of text to encode. */
export interface TextSegment {
  readonly text: string;
  /** Whether control tokens written in it are meant: true for a template, false for what a user typed. */
  readonly special: boolean;
}

/** A stretch of a text, in UTF-16 units; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface EncodeOptions {
  /** Recognise control tokens that are written in the text; false takes them for plain text. Default false. */
  readonly special?: boolean;
  /** Prepend the BOS token where the file says that the model wants one. Default false. */
  readonly bos?: boolean;
}

export interface DecodeOptions {
  /** Show control tokens as they are spelled; false leaves them out. Default false. */
  readonly special?: boolean;
}

/** Ids to text, one at a time, never half a character. */
export interface StreamDecoder {
  /** The text that this token completes: nothing while a character is still lacking bytes. */
  push(id: number): string;
  /** What is left: U+FFFD where the last character never became whole. The decoder may then be used anew. */
  end(): string;
}

export interface Tokenizer {
  readonly vocabSize: number;
  readonly bosId?: number;
  readonly eosId?: number;
  readonly padId?: number;
  /** Every token that ends an answer: end of text, of turn, of message. */
  readonly eosIds: ReadonlySet<number>;
  /** The tokens for filling in between two texts; absent where the model has none. */
  readonly infill?: InfillTokens;
  /** Whether the model wants a BOS token in front. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  /** The name of the pre-tokenizer, as the file gives it. */
  readonly preTokenizer: string;
  /** The source of the file's chat template; compile it with `compileChatTemplate`. */
  readonly chatTemplate?: string;
  /** Token ids of `text`. Lone surrogates count as U+FFFD. */
  encode(text: string, options?: EncodeOptions): number[];
  /**
   * Token ids of the segments taken as one text: words and merges run across the seams as if there were none. Only
   * control tokens respect them: one is recognised where it lies wholly in a single segment that is `special`.
   */
  encodeSegments(segments: readonly TextSegment[], options?: Pick<EncodeOptions, 'bos'>): number[];
  /** Where control tokens are written in `text`: what {@link encode} would recognise with `special`. */
  controlSpans(text: string): TextSpan[];
  /** The text of `ids`; bytes that are not UTF-8 become U+FFFD. @throws UsageError `token-id` */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  /** The vocabulary's own spelling of a token, `Ġthe` for " the". @throws UsageError `token-id` */
  piece(id: number): string;
  /** The bytes that a token stands for; do not write to them. @throws UsageError `token-id` */
  tokenBytes(id: number): Uint8Array;
  createStreamDecoder(options?: DecodeOptions): StreamDecoder;
  /** True for control tokens, which are structure and not text. @throws UsageError `token-id` */
  isSpecial(id: number): boolean;
  /**
   * Everything that decides how text becomes ids, as one text: two tokenizers are interchangeable when these are
   * equal. Megabytes long and made anew by each call: hash it, do not keep it.
   */
  fingerprintInput(): string;
}

/**
 * The tokenizer that a GGUF's metadata describes.
 *
 * @throws ModelError `tokenizer-model`, `pre-tokenizer`: a kind that is not supported; the message names what is
 * @throws FormatError `tokenizer-tables`, `special-tokens`: tables that are missing, corrupt or hostile
 */
export function createTokenizer(metadata: Metadata): Tokenizer {
  return new BytePairTokenizer(readVocabulary(metadata));
}

class BytePairTokenizer implements Tokenizer {
  readonly #vocabulary: Vocabulary;
  readonly #specials: SpecialTokens;
  readonly #merger: BytePairMerger;
  readonly #words = new WordCache(CACHED_WORDS);
  readonly #utf8 = new TextEncoder();
  readonly #bytes: (Uint8Array | undefined)[] = []; // [token id], filled on demand

  readonly vocabSize: number;
  readonly bosId?: number;
  readonly eosId?: number;
  readonly padId?: number;
  readonly eosIds: ReadonlySet<number>;
  readonly infill?: InfillTokens;
  readonly addBos: boolean;
  readonly addEos: boolean;
  readonly preTokenizer: string;
  readonly chatTemplate?: string;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#specials = new SpecialTokens(specialTokensOf(vocabulary));
    this.#merger = new BytePairMerger(vocabulary.merges);
    this.vocabSize = vocabulary.tokens.length;
    if (vocabulary.bosId !== undefined) this.bosId = vocabulary.bosId;
    if (vocabulary.eosId !== undefined) this.eosId = vocabulary.eosId;
    if (vocabulary.padId !== undefined) this.padId = vocabulary.padId;
    if (vocabulary.chatTemplate !== undefined) this.chatTemplate = vocabulary.chatTemplate;
    if (vocabulary.infill !== undefined) this.infill = vocabulary.infill;
    this.eosIds = vocabulary.endIds;
    this.addBos = vocabulary.addBos;
    this.addEos = vocabulary.addEos;
    this.preTokenizer = vocabulary.preTokenizer.name;
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    return this.encodeSegments([{ text, special: options.special ?? false }], options);
  }

  encodeSegments(segments: readonly TextSegment[], options: Pick<EncodeOptions, 'bos'> = {}): number[] {
    const ids: number[] = [];
    if (options.bos && this.addBos && this.bosId !== undefined) ids.push(this.bosId);
    const text = wellFormed(segments.map((segment) => segment.text).join(''));
    let plainFrom = 0;
    let segmentStart = 0;
    for (const segment of segments) {
      const segmentEnd = segmentStart + segment.text.length;
      // A user-defined token may have run on from the segment before.
      for (let at = Math.max(segmentStart, plainFrom); at < segmentEnd;) {
        const match = this.#specials.matchAt(text, at, segment.special ? segmentEnd : at);
        if (!match) {
          at++;
          continue;
        }
        this.#encodePlain(ids, text.slice(plainFrom, at));
        ids.push(match.id);
        at += match.length;
        plainFrom = at;
      }
      segmentStart = segmentEnd;
    }
    this.#encodePlain(ids, text.slice(plainFrom));
    return ids;
  }

  /** Appends the ids of text that holds no special token. */
  #encodePlain(ids: number[], text: string): void {
    if (text === '') return;
    for (const word of splitWords(text, this.#vocabulary.preTokenizer.steps)) {
      let wordIds = this.#words.get(word);
      if (!wordIds) {
        wordIds = this.#encodeWord(word);
        this.#words.set(word, wordIds);
      }
      for (const id of wordIds) ids.push(id);
    }
  }

  #encodeWord(word: string): readonly number[] {
    const bytes = this.#utf8.encode(word);
    const { idOfByte, preTokenizer } = this.#vocabulary;
    const symbols = new Int32Array(bytes.length);
    let n = 0;
    for (const byte of bytes) {
      const id = idOfByte[byte];
      if (id >= 0) symbols[n++] = id;
    }
    const whole = preTokenizer.ignoreMerges ? this.#wholeWord(symbols.subarray(0, n)) : undefined;
    if (whole !== undefined) return [whole];
    return Array.from(symbols.subarray(0, this.#merger.merge(symbols, n)));
  }

  /** The ordinary token that spells all of these single-byte tokens, if there is one. */
  #wholeWord(symbols: Int32Array): number | undefined {
    const { tokens, idOf, types } = this.#vocabulary;
    const id = idOf.get(Array.from(symbols, (symbol) => tokens[symbol]).join(''));
    return id !== undefined && types[id] === TOKEN_TYPE.normal ? id : undefined;
  }

  controlSpans(text: string): TextSpan[] {
    const spans: TextSpan[] = [];
    for (let at = 0; at < text.length;) {
      const match = this.#specials.matchAt(text, at, text.length);
      const end = at + (match?.length ?? 1);
      if (match && this.isSpecial(match.id)) spans.push({ start: at, end });
      at = end;
    }
    return spans;
  }

  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    const decoder = this.createStreamDecoder(options);
    const text = ids.map((id) => decoder.push(id)).join('');
    return text + decoder.end();
  }

  createStreamDecoder(options: DecodeOptions = {}): StreamDecoder {
    const stream = new Utf8Stream();
    return {
      push: (id) => (this.isSpecial(id) && !options.special ? '' : stream.push(this.tokenBytes(id))),
      end: () => stream.end(),
    };
  }

  piece(id: number): string {
    this.#check(id);
    return this.#vocabulary.tokens[id];
  }

  tokenBytes(id: number): Uint8Array {
    this.#check(id);
    return (this.#bytes[id] ??= this.#spelledLiterally(id)
      ? this.#utf8.encode(this.piece(id))
      : bytesOfSpelling(this.piece(id)));
  }

  isSpecial(id: number): boolean {
    this.#check(id);
    return isStructure(this.#vocabulary.types[id]);
  }

  fingerprintInput(): string {
    const { preTokenizer, tokens, types, merges } = this.#vocabulary;
    return JSON.stringify(['byte-level-bpe', preTokenizer.name, tokens, Array.from(types), Array.from(merges.rules())]);
  }

  /** Special tokens of both sorts are spelled as themselves, all others in the byte alphabet. */
  #spelledLiterally(id: number): boolean {
    const type = this.#vocabulary.types[id];
    return isStructure(type) || type === TOKEN_TYPE.userDefined;
  }

  #check(id: number): void {
    if (Number.isInteger(id) && id >= 0 && id < this.vocabSize) return;
    throw new UsageError(
      'token-id',
      `there is no token ${id}`,
      `The vocabulary has the ids 0 to ${this.vocabSize - 1}.`,
    );
  }
}

function isStructure(type: number): boolean {
  return type === TOKEN_TYPE.control || type === TOKEN_TYPE.unknown;
}

function* specialTokensOf({ tokens, types }: Vocabulary): Generator<SpecialToken> {
  for (const [id, text] of tokens.entries()) {
    const control = isStructure(types[id]);
    if (control || types[id] === TOKEN_TYPE.userDefined) yield { id, text, control };
  }
}

/** The text with U+FFFD for every surrogate that is not half of a pair: such text has no UTF-8. Keeps its length. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
