/**
 * Fuzz of the tokenizer and of chat templates: tables damaged at random are read, texts are encoded by those that are
 * accepted, templates put together from pieces of Jinja are run. Tables and templates must work or be refused by an
 * error of ours; anything else is a crash. Every case is made from the seed and its own number alone.
 * Longer: `npm run fuzz -- tokenizer --n 1000000`.
 */
import { FormatError, ModelError, SteerscopeError } from '../../src/core/errors.ts';
import type { GgufValue } from '../../src/core/format/gguf/index.ts';
import { compileChatTemplate, createTokenizer, encodeChat } from '../../src/core/tokenizer/index.ts';
import { below, mulberry32, pick, randomText, type Random } from '../unit/tokenizer/random.ts';
import { CHATML, CHATML_TOKENS, tinyMetadata } from '../unit/tokenizer/tinyVocabulary.ts';
import { processorMs } from './processorMs.ts';

export interface TokenizerReport {
  readonly n: number;
  readonly seed: number;
  readonly accepted: number;
  /** Refused inputs by the reason given. */
  readonly refused: Readonly<Record<string, number>>;
  readonly worstMs: number;
  readonly worstCase: number;
  readonly crashes: readonly { readonly case: number; readonly error: string }[];
}

type Tables = Map<string, GgufValue>;

/** Runs `n` cases of `seed`. */
export function run(n: number, seed: number): TokenizerReport {
  const refused: Record<string, number> = {};
  const crashes: { case: number; error: string }[] = [];
  let [accepted, worstMs, worstCase] = [0, 0, 0];
  for (let number = 0; number < n; number++) {
    const random = mulberry32(Math.imul(seed, 0x9e3779b1) + number);
    const startedAt = processorMs();
    try {
      if (random() < 0.5) checkTables(random);
      else checkTemplate(random);
      accepted++;
    } catch (error) {
      if (error instanceof FormatError || error instanceof ModelError) {
        refused[error.reason] = (refused[error.reason] ?? 0) + 1;
      } else crashes.push({ case: number, error: String(error instanceof Error ? error.stack : error) });
    }
    const ms = processorMs() - startedAt;
    if (ms > worstMs) [worstMs, worstCase] = [ms, number];
  }
  return { n, seed, accepted, refused, worstMs: Math.round(worstMs), worstCase, crashes };
}

/** Damaged tables: refused, or a tokenizer whose ids are all its own and which gives back bytes that it was given. */
function checkTables(random: Random): void {
  const tables = tinyMetadata({
    merges: ['a b', 'ab a', 'Ġ a', 'Ċ Ċ', 'Ġ Ġ', 'ĠĠ ĠĠ'],
    control: CHATML_TOKENS,
    userDefined: ['<think>', '  '],
    pre: pick(random, ['gpt-2', 'smollm', 'default', 'qwen2', 'deepseek-coder']),
  });
  const damage = below(random, 4);
  for (let i = 0; i < damage; i++) pick(random, DAMAGES)(tables, random);
  const tokenizer = createTokenizer(tables);
  const text =
    randomText(random, 60) + pick(random, ['', '<|im_end|>', '\ud800', '<think>', 'abababa'.repeat(below(random, 50))]);
  const special = random() < 0.5;
  const ids = tokenizer.encode(text, { special, bos: true });
  const decoded = tokenizer.decode(ids, { special: true });
  for (const id of ids) if (!(id >= 0 && id < tokenizer.vocabSize)) throw new RangeError(`made the id ${id}`);
  tokenizer.fingerprintInput();
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd');
  if (damage === 0 && decoded !== whole)
    throw new Error(`${JSON.stringify(text)} came back as ${JSON.stringify(decoded)}`);
}

const KEYS: readonly string[] = [...tinyMetadata().keys()].concat(
  ...['bos', 'eos', 'eot', 'unknown', 'padding'].map((name) => `tokenizer.ggml.${name}_token_id`),
  ...['tokenizer.ggml.add_bos_token', 'tokenizer.ggml.add_eos_token', 'tokenizer.chat_template'],
);

const ODD_VALUES: readonly GgufValue[] = [
  ...[0, -1, 1.5, 300, 2 ** 32, NaN, Infinity, 2n ** 63n, -1n, true, false, '', 'gpt2', 'x'.repeat(1000), '\ud800'],
  ...[
    new Float32Array(3),
    new BigUint64Array(2),
    Int32Array.of(-5, 99),
    new Uint8Array(262).fill(3),
    [],
    ['a'],
    ['', ''],
  ],
];

const DAMAGES: readonly ((tables: Tables, random: Random) => void)[] = [
  (tables, random) => void tables.delete(pick(random, KEYS)),
  (tables, random) => void tables.set(pick(random, KEYS), pick(random, ODD_VALUES)),
  (tables, random) => void tables.set(pick(random, KEYS), below(random, 280)),
  (tables, random) => changeStrings(tables, 'tokenizer.ggml.tokens', random),
  (tables, random) => changeStrings(tables, 'tokenizer.ggml.merges', random),
  (tables, random) => {
    const types = tables.get('tokenizer.ggml.token_type');
    if (types instanceof Int32Array) types[below(random, types.length)] = below(random, 8) - 1;
  },
];

/** Changes, doubles, removes or moves one entry of a list of strings. */
function changeStrings(tables: Tables, key: string, random: Random): void {
  const list = tables.get(key);
  if (!Array.isArray(list)) return;
  const entries: string[] = [...list];
  const at = below(random, entries.length);
  const other = entries[below(random, entries.length)];
  const insert = pick(random, [[], [other], [randomText(random, 8)], [entries[at], other], [`${other} ${other}`]]);
  tables.set(key, entries.toSpliced(at, 1, ...insert));
}

/** A template of random pieces, with a conversation: it must render or be refused, and end soon. */
function checkTemplate(random: Random): void {
  const tables = tinyMetadata({ control: CHATML_TOKENS });
  const source = random() < 0.5 ? damagedTemplate(random) : randomTemplate(random);
  const limits = { steps: 20_000, milliseconds: 60_000, chars: 1 << 16 };
  const prompt = randomText(random, 20) + pick(random, ['', ...CHATML_TOKENS]);
  try {
    encodeChat(createTokenizer(tables), compileChatTemplate(source, limits), { prompt });
  } catch (error) {
    if (error instanceof SteerscopeError) throw error;
    throw new Error(`the template ${JSON.stringify(source)}`, { cause: error });
  }
}

/** Blocks: what opens them, what closes them. */
const BLOCKS: readonly (readonly [string, string])[] = [
  ['{% for i in range(99) %}', '{% endfor %}'],
  ['{% for m in messages if m.role %}', '{% else %}none{% endfor %}'],
  ['{% for y in x %}', '{% endfor %}'],
  ['{% if x %}', '{% else %}no{% endif %}'],
  ['{% macro f(a, b=x) %}', '{% endmacro %}'],
  ['{% set x %}', '{% endset %}'],
  ['{%- if true -%}', '{%- endif -%}'],
];

const PIECES: readonly string[] = [
  ...[
    '{% set x = x ~ x %}',
    "{% set x = 'ab' %}",
    '{% set x = [x, x] %}',
    "{% set x = {'a': x} %}",
    '{% set x = range(9) %}',
  ],
  ...[
    '{% set ns.s = ns %}',
    '{% set ns.s = [ns.s, x] %}',
    '{% set ns.s = x %}',
    '{% set x = ns.s %}',
    '{% set x = x.split %}',
  ],
  ...['{{ f(x) }}', '{{ f(f) }}', '{{ x }}', '{{ ns }}', '{{ loop }}', '{{ messages }}', '{{ x() }}', '{{ nothing }}'],
  ...[
    "{{ x.replace('a', x) }}",
    '{{ x | join(x) }}',
    '{{ x | tojson(indent=99) }}',
    '{{ x | indent(999) }}',
    '{{ x.split() }}',
  ],
  ...[
    '{{ x[::-1] }}',
    '{{ x[9**9] }}',
    '{{ m.content | trim }}',
    '{{ messages[0].content }}',
    "{{ 'a' in x }}",
    '{{ x | sort }}',
  ],
  ...[
    '{% break %}',
    '{% continue %}',
    '<|im_end|>',
    '\n',
    '  ',
    '{# c #}',
    '{{ raise_exception(x) }}',
    '{{ x | length }}',
  ],
];

function randomTemplate(random: Random): string {
  return `{% set ns = namespace(s='') %}{% set x = 'ab' %}${randomBlock(random, 4)}`;
}

function randomBlock(random: Random, depth: number): string {
  const parts = Array.from({ length: below(random, 6) }, () => {
    if (depth === 0 || random() < 0.6) return pick(random, PIECES);
    const [open, close] = pick(random, BLOCKS);
    return open + randomBlock(random, depth - 1) + close;
  });
  return parts.join('');
}

function damagedTemplate(random: Random): string {
  const at = below(random, CHATML.length);
  const end = at + below(random, 30);
  return CHATML.slice(0, at) + pick(random, ['', pick(random, PIECES), randomText(random, 5)]) + CHATML.slice(end);
}
