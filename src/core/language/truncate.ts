/**
 * The pure half of the parse check: where to cut code that stopped at a token limit, which brackets are then open, and
 * which lines count as lines of code. It works on spans and tokens that some parser reports and knows no parser.
 */
import { LANGUAGES, type LanguageId } from './languages.ts';

/** A node directly under the root of a syntax tree. Offsets are in UTF-16 units, `end` exclusive. */
export interface TopLevelNode {
  readonly start: number;
  readonly end: number;
  /** Whether the node is, or contains, an error or a missing token. */
  readonly isBroken: boolean;
}

/** `code` up to the end of the last top-level node that stands before any broken one; '' where the first is broken. */
export function cutAtLastCompleteNode(code: string, nodes: readonly TopLevelNode[]): string {
  const broken = nodes.findIndex((node) => node.isBroken);
  const kept = broken < 0 ? nodes : nodes.slice(0, broken);
  return code.slice(0, kept.at(-1)?.end ?? 0);
}

const CLOSER_OF: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '${': '}', '#{': '}' };
const CLOSERS: ReadonlySet<string> = new Set([')', ']', '}']);
/** Julia's blocks end with a word. `do`, `for` and `if` open none inside brackets, where they belong to comprehensions. */
const JULIA_OPENERS: ReadonlySet<string> = new Set([
  'function',
  'macro',
  'if',
  'for',
  'while',
  'begin',
  'let',
  'struct',
  'module',
  'baremodule',
  'do',
  'try',
  'quote',
]);

/** Where a brace that follows one of these, with no parenthesis between, closes with `};`: a type or a value's braces. */
const STATEMENT_OPENERS: Readonly<Partial<Record<LanguageId, ReadonlySet<string>>>> = {
  cpp: new Set(['class', 'struct', 'union', 'enum', '=']),
  c: new Set(['struct', 'union', 'enum', '=']),
  java: new Set(['=']),
  rust: new Set(['=']),
};

/**
 * What has to follow a token sequence so that every bracket (in Julia, every block) is closed: innermost first, each
 * on a line of its own, so that it can neither lengthen a name nor land in a comment.
 * @param tokens the code's marks and keywords in order; strings and comments must not be among them
 */
export function closersFor(tokens: readonly string[], language: LanguageId): string {
  const statementOpeners = STATEMENT_OPENERS[language];
  const open: string[] = [];
  let isStatement = false;
  for (const token of tokens) {
    const closer = CLOSER_OF[token];
    if (closer !== undefined) open.push(isStatement && closer === '}' ? '};' : closer);
    else if (CLOSERS.has(token)) closeInnermost(open, token);
    else if (language === 'julia') trackBlock(open, token);
    if (statementOpeners?.has(token)) isStatement = true;
    else if (closer !== undefined || CLOSERS.has(token) || token === ';') isStatement = false;
  }
  return open
    .toReversed()
    .map((closer) => `\n${closer}`)
    .join('');
}

function closeInnermost(open: string[], closer: string): void {
  const at = open.findLastIndex((candidate) => candidate.startsWith(closer));
  if (at >= 0) open.length = at;
}

function trackBlock(open: string[], word: string): void {
  const insideBrackets = CLOSERS.has(open.at(-1) ?? '');
  if (insideBrackets) return;
  if (JULIA_OPENERS.has(word)) open.push('end');
  else if (word === 'end') closeInnermost(open, 'end');
}

/** `code` without its last `count` lines. */
export function dropLastLines(code: string, count: number): string {
  return count === 0 ? code : code.split('\n').slice(0, -count).join('\n');
}

/** How many lines of `code` hold more than blanks, brackets, block ends and comments. */
export function countRealLines(code: string, language: LanguageId): number {
  return code.split('\n').filter((line) => isRealLine(line, language)).length;
}

/** Whether a line, seen by itself, holds code: the inside of a block comment is known by its leading star. */
export function isRealLine(line: string, language: LanguageId): boolean {
  const text = line.trim();
  if (!/[\p{L}\p{N}]/u.test(text) || text === 'end') return false;
  const { lineComment } = LANGUAGES[language];
  if (text.startsWith(lineComment)) return false;
  return lineComment === '#' || !/^(?:\/\*|\*\/|\*(?= ))/.test(text);
}
