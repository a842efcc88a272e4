/**
 * What is written at the end of the lines of a document, as data: from what the probe says of an excerpt of it. Nothing here
 * knows an editor.
 */
import * as vscode from 'vscode';
import { fixed, languageLabel, whole } from '../../core/charts/format.ts';
import { languageNamed } from '../../core/language/languages.ts';
import type { LineReading, LinesResult } from '../../protocol/engineService.ts';
import { inCode, markdownOf } from '../shownText.ts';
import type { Excerpt } from './excerpt.ts';

const { t } = vscode.l10n;

/** Above this one language has more than all others together; below it no language is claimed. */
const SURE_SCORE = 0.5;

export interface EndOfLine {
  /** Counted from 0 in the document. */
  readonly line: number;
  readonly text: string;
  /** True where the model is sure of another language than the file's. */
  readonly isForeign: boolean;
  readonly hover: vscode.MarkdownString;
}

/** What of a document was read, and what is written at the ends of its lines. */
export interface Readout {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly ends: readonly EndOfLine[];
}

/** @param languageId the editor's, of the document */
export function readoutOf(result: LinesResult, { firstLine, lastLine }: Excerpt, languageId: string): Readout {
  const own = languageNamed(languageId)?.id;
  // A file in a language that the probe does not know would be foreign in every line.
  const expected = own !== undefined && result.languages.includes(own) ? own : undefined;
  const first = firstLine + result.leftOut.lines;
  const lines = result.lines.map((reading) => endOf(reading, result, firstLine, expected));
  return { firstLine: first, lastLine, ends: first > 0 ? [cutAbove(first, result.tokens), ...lines] : lines };
}

function endOf(reading: LineReading, result: LinesResult, firstLine: number, expected: string | undefined): EndOfLine {
  const { language, scores } = reading;
  const score = scores[result.languages.indexOf(language)] ?? 0;
  const isSure = score > SURE_SCORE;
  const isForeign = isSure && expected !== undefined && language !== expected;
  const said = `${languageLabel(language)}${isSure ? '' : '?'} ${fixed(score, 2)}`;
  return {
    line: firstLine + reading.line,
    text: isForeign ? `≠ ${said}` : said,
    isForeign,
    hover: hoverOf(reading, result, expected),
  };
}

/** The scores as a table, and what they are. */
function hoverOf({ scores, tokens }: LineReading, { languages, probe }: LinesResult, expected?: string) {
  const rows = languages
    .map((language, i) => ({ language, score: scores[i] ?? 0 }))
    .sort((a, b) => b.score - a.score)
    .map(({ language, score }) => {
      const mark = language === expected ? ` ${t('(the file’s)')}` : '';
      return `| ${languageLabel(language)}${mark} | ${fixed(score, 2)} |`;
    });
  const source = t('The probe {0} at layer {1}, the mean over {2} tokens.', inCode(probe.name), probe.layer, tokens);
  return markdownOf(
    [
      t('**Which language the model takes this line to be in**'),
      [`| ${t('language')} | ${t('score')} |`, '|---|---:|', ...rows].join('\n'),
      [source, ...probe.notes.map(inCode)].join(' '),
      ...(expected === undefined
        ? [t('A line in any other language gets the one of these that it is most like.')]
        : []),
    ].join('\n\n'),
  );
}

/** Says at the last line above the cut that there is one. */
function cutAbove(first: number, tokens: number): EndOfLine {
  const text = t('↑ not read: only the {0} tokens below are', whole(tokens));
  return { line: first - 1, text, isForeign: false, hover: markdownOf(text) };
}

/** One change of a document, as the editor tells it. */
export interface Change {
  readonly range: vscode.Range;
  readonly text: string;
}

/**
 * The ends of lines after edits: those of edited lines are gone, those below move along. What they say is from before, until
 * the text has been read again.
 */
export function moved(ends: readonly EndOfLine[], changes: readonly Change[]): EndOfLine[] {
  return changes.reduce<EndOfLine[]>(
    (left, { range, text }) => {
      const grown = text.split('\n').length - 1 - (range.end.line - range.start.line);
      return left
        .filter(({ line }) => line < range.start.line || line > range.end.line)
        .map((end) => (end.line > range.end.line ? { ...end, line: end.line + grown } : end));
    },
    [...ends],
  );
}
