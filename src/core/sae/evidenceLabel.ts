/**
 * A short label for a feature, made from its evidence by fixed rules: what its strongest tokens have in common, and the
 * language it goes with. It says no more than was seen: where nothing is shared, it says that.
 */
import { pieceText, visibleText } from '../charts/pieces.ts';
import { LANGUAGES } from '../language/languages.ts';
import type { FeatureContext, LanguageSelectivity, TokenLogit } from './evidence.ts';

export interface LabelEvidence {
  readonly contexts: readonly FeatureContext[];
  readonly selectivity: readonly LanguageSelectivity[];
  readonly promoted: readonly TokenLogit[];
}

/** What at least this share of the contexts has in common is what they are about. */
const SHARED = 0.5;

/** From here on a feature is said to go with a language. */
const SELECTIVE = 0.9;

/** Longer tokens are cut: a label is a line in a list. */
const MAX_TOKEN = 24;

/** Kinds of tokens that are told by what they are made of, where no one token stands out. */
const KINDS: readonly (readonly [words: string, kind: RegExp])[] = [
  ['ends of lines', /^[^\S\n]*\n\s*$/u],
  ['indentation', /^\s+$/u],
  ['numbers', /^\s*[\d.]+$/u],
  ['opening brackets', /^\s*[([{<]+$/u],
  ['closing brackets', /^[)\]}>]+[;,]?\s*$/u],
  ['punctuation', /^[^\p{L}\p{N}]+$/u],
  ['names in capitals', /^\s*[\p{Lu}\d_]{2,}$/u],
  ['capitalised words', /^\s*\p{Lu}\p{L}+$/u],
];

export function automaticLabel({ contexts, selectivity, promoted }: LabelEvidence): string {
  if (contexts.length === 0) return 'never active in this text';
  const language = languageOf(selectivity);
  const about = aboutTokens(contexts) ?? (language ? 'various tokens' : variousAnd(promoted));
  return language === undefined ? about : `${about}, ${language}`;
}

/** `on "fn"`, `on numbers`, `after "import"`, in this order; undefined where the contexts share none of them. */
function aboutTokens(contexts: readonly FeatureContext[]): string | undefined {
  const tokens = contexts.map(({ pieces, at }) => pieceText(pieces[at]));
  const token = commonest(tokens.map((text) => text.trim()));
  if (token !== undefined) return `on ${quotedToken(token)}`;
  const kind = KINDS.find(([, pattern]) => isShared(tokens.filter((text) => pattern.test(text)).length, tokens.length));
  if (kind) return `on ${kind[0]}`;
  const before = commonest(contexts.map(({ pieces, at }) => (at > 0 ? pieceText(pieces[at - 1]).trim() : '')));
  return before === undefined ? undefined : `after ${quotedToken(before)}`;
}

/** The text that at least half of them are; blanks alone are none. */
function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first !== undefined && isShared(first[1], texts.length) ? first[0] : undefined;
}

function isShared(count: number, all: number): boolean {
  return count > 0 && count >= SHARED * all;
}

/** `Rust (AUROC 0.98)`: that of the largest, where it is large enough. */
function languageOf(selectivity: readonly LanguageSelectivity[]): string | undefined {
  const [best] = selectivity
    .flatMap(({ language, auroc }) => (auroc === null ? [] : [{ language, auroc }]))
    .sort((a, b) => b.auroc - a.auroc);
  if (best === undefined || best.auroc < SELECTIVE) return undefined;
  // Rounded down: 0.997 is not yet 1.00.
  return `${LANGUAGES[best.language].displayName} (AUROC ${(Math.floor(best.auroc * 100) / 100).toFixed(2)})`;
}

function variousAnd(promoted: readonly TokenLogit[]): string {
  const [first] = promoted;
  return first === undefined ? 'various tokens' : `various tokens; promotes ${quotedToken(pieceText(first[0]).trim())}`;
}

function quotedToken(text: string): string {
  const shown = visibleText(text);
  return `"${shown.length > MAX_TOKEN ? `${shown.slice(0, MAX_TOKEN - 1)}…` : shown}"`;
}
