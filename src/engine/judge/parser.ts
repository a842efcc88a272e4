/**
 * The parse check: does an answer's code stand up to the grammar of its language? Answers are cut at a number of tokens,
 * so an unfinished end is no fault: it is cut off, open brackets are closed, and what is left must be free of errors.
 */
import type { Node, Parser, Tree } from 'web-tree-sitter';
import {
  closersFor,
  countRealLines,
  cutAtLastCompleteNode,
  dropLastLines,
  isRealLine,
  type TopLevelNode,
} from '../../core/language/truncate.ts';
import type { LanguageId } from '../../core/language/languages.ts';
import { parserFor } from './grammars.ts';

/** Fewer lines of code than this say nothing of a language. */
const MIN_REAL_LINES = 2;
/** The unfinished end may take so many lines of code with it: a statement may have begun a few lines before the cut. */
const MAX_DROPPED_REAL_LINES = 3;

export interface ParseCheck {
  /** No error in what is kept, and at least two real lines kept. */
  readonly ok: boolean;
  /** The part of the code, from its start, that was checked. */
  readonly kept: string;
  /** `kept` with the closing brackets (or `end`s) that it was checked with: what a compiler may be given. */
  readonly completed: string;
  /** ERROR and MISSING nodes in the parse of the whole code, before any cut. */
  readonly errorNodes: number;
  /** Lines of `kept` that hold more than blanks, brackets and comments. */
  readonly realLines: number;
}

export interface ParseOptions {
  /** The code is known to be finished (its block was closed): nothing may be cut off. Default false. */
  readonly complete?: boolean;
}

interface Parsed {
  readonly errorNodes: number;
  /** Bracket and word tokens outside strings and comments, in order. */
  readonly tokens: readonly string[];
  readonly topLevel: readonly TopLevelNode[];
}

/**
 * Parses `code` as `language` and checks it, in this order: as it stands; with its unfinished last lines dropped and
 * its brackets closed; cut at the last complete top-level node, as long as that keeps half of the lines.
 * @throws EngineError `grammar` where the grammar cannot be loaded
 */
export async function parseCheck(code: string, language: LanguageId, options: ParseOptions = {}): Promise<ParseCheck> {
  const parser = await parserFor(language);
  const whole = parse(parser, code);
  const verdict = (kept: string, completed: string, clean: boolean): ParseCheck => {
    const realLines = countRealLines(kept, language);
    return { ok: clean && realLines >= MIN_REAL_LINES, kept, completed, errorNodes: whole.errorNodes, realLines };
  };
  if (whole.errorNodes === 0 || options.complete === true) return verdict(code, code, whole.errorNodes === 0);

  for (const kept of shorterAndShorter(code, language)) {
    const completed = kept + closersFor(parse(parser, kept).tokens, language);
    if (parse(parser, completed).errorNodes === 0) return verdict(kept, completed, true);
  }
  const kept = cutAtLastCompleteNode(code, whole.topLevel);
  const enough = 2 * countRealLines(kept, language) >= countRealLines(code, language);
  const isClean = enough && parse(parser, kept).errorNodes === 0;
  return isClean ? verdict(kept, kept, true) : verdict(code, code, false);
}

/** `code` itself, then without its last line, and so on while few enough lines of code are lost. */
function* shorterAndShorter(code: string, language: LanguageId): Generator<string> {
  const lines = code.split('\n');
  let lost = 0;
  for (let dropped = 0; dropped < lines.length && lost <= MAX_DROPPED_REAL_LINES; dropped++) {
    yield dropLastLines(code, dropped);
    if (isRealLine(lines[lines.length - 1 - dropped] ?? '', language)) lost++;
  }
}

function parse(parser: Parser, code: string): Parsed {
  const tree = parser.parse(code);
  if (tree === null) return { errorNodes: 1, tokens: [], topLevel: [] };
  try {
    return { ...readTokens(tree), topLevel: readTopLevel(tree) };
  } finally {
    tree.delete();
  }
}

function readTopLevel({ rootNode }: Tree): TopLevelNode[] {
  return rootNode.children
    .filter((node): node is Node => node !== null)
    .map((node) => ({
      start: node.startIndex,
      end: node.endIndex,
      // Under a root that is itself an error, the pieces of the broken node lie beside the complete ones, word by word.
      isBroken: node.hasError || node.isMissing || (rootNode.isError && !node.isNamed),
    }));
}

/** Walks the tree once, leaf by leaf. */
function readTokens(tree: Tree): Pick<Parsed, 'errorNodes' | 'tokens'> {
  const tokens: string[] = [];
  let errorNodes = 0;
  const cursor = tree.walk();
  try {
    for (let more = true; more; more = advance(cursor)) {
      if (cursor.nodeType === 'ERROR' || cursor.nodeIsMissing) errorNodes++;
      // Anonymous leaves are the grammar's own words and marks; a missing one was put there by the parser.
      else if (!cursor.nodeIsNamed) tokens.push(cursor.nodeType);
    }
  } finally {
    cursor.delete();
  }
  return { errorNodes, tokens };
}

/** To the next node in document order; false after the last. */
function advance(cursor: ReturnType<Tree['walk']>): boolean {
  if (cursor.gotoFirstChild()) return true;
  while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return false;
  return true;
}
