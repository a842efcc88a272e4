/**
 * The places of a text, by what kind of text it is: all of them for lenses, the one at the cursor for a completion. Pure
 * and linear in the text; it never throws, whatever the text.
 */
import { languageNamed, type LanguageId } from '../language/languages.ts';
import { codePlaces } from './codePlaces.ts';
import { commentMarks } from './commentMarks.ts';
import { readInstruction } from './instruction.ts';
import { splitLines } from './lines.ts';
import { fenceAround, markdownPlaces } from './markdownPlaces.ts';
import { withIds, type Place } from './place.ts';

/** Editor ids of texts that are prose with code in fences. */
const MARKDOWN_IDS: ReadonlySet<string> = new Set(['markdown', 'mdx', 'quarto', 'rmd']);

export function isMarkdown(editorLanguageId: string): boolean {
  return MARKDOWN_IDS.has(editorLanguageId);
}

/**
 * Every place of a text, from the top: of a source file its top and what asks below it, of Markdown its empty fences
 * and headings, of anything else nothing.
 * @param editorLanguageId as the editor calls the text's language
 */
export function findPlaces(text: string, editorLanguageId: string): Place[] {
  const lines = splitLines(text);
  if (isMarkdown(editorLanguageId)) return withIds(markdownPlaces(lines));
  const marks = commentMarks(editorLanguageId);
  return marks ? withIds(codePlaces(lines, marks, languageNamed(editorLanguageId)?.id)) : [];
}

/** The place that a cursor at `offset` (UTF-16 units) would answer; never the file as a whole. */
export function placeAt(text: string, offset: number, editorLanguageId: string): Place | undefined {
  const line = lineAt(text, offset);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const character = offset - start;
  return findPlaces(text, editorLanguageId).find(({ empty }) => {
    if (empty === undefined || line < empty.from.line || line > empty.lastLine) return false;
    return line > empty.from.line || character >= empty.from.character;
  });
}

/** The language at `offset`: of the fence around it in Markdown, else of the file. */
export function languageAt(text: string, offset: number, editorLanguageId: string): LanguageId | undefined {
  if (!isMarkdown(editorLanguageId)) return languageNamed(editorLanguageId)?.id;
  return fenceAround(splitLines(text), lineAt(text, offset))?.language;
}

/**
 * A whole markdown cell of a notebook as a place, where its words ask for something. The answer goes into a code cell.
 * @param editorLanguageId of the notebook's code cells
 */
export function cellPlace(text: string, editorLanguageId: string): Place | undefined {
  const lines = splitLines(text).map((line) => line.replace(/^\s{0,3}#{1,6}\s+/, ''));
  const instruction = readInstruction(lines)?.text;
  if (instruction === undefined) return undefined;
  const language = languageNamed(editorLanguageId)?.id;
  const [place] = withIds([
    {
      kind: 'cell',
      lensLine: 0,
      instruction,
      surface: 'answer',
      indent: '',
      form: 'code',
      ...(language ? { language } : {}),
    },
  ]);
  return place;
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
