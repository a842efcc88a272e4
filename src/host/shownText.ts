/** Names that come out of files, as the editor's lists and tooltips show them: as text, obeyed nowhere. */
import * as vscode from 'vscode';

/** Controls, and what breaks or reorders a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** A name out of a file, as one line of plain text. */
export function oneLine(name: string): string {
  return name.replace(UNPRINTABLE, ' ').trim();
}

/** One line of a tooltip: what it is about, in our words, and what a file says of it. */
export type Detail = readonly [label: string, value: string];

/** A tooltip. The values are code in it; the labels and the sentence are ours. */
export function tooltip(title: string, details: readonly Detail[], sentence = ''): vscode.MarkdownString {
  const lines = [inCode(title), ...details.map(([label, value]) => `${label}: ${inCode(value)}`), sentence];
  return markdownOf(lines.filter((line) => line !== '').join('\n\n'));
}

/** Markdown of ours that runs no command and holds no HTML. */
export function markdownOf(value: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(value);
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  return markdown;
}

/**
 * A code span, in which Markdown has no links, no pictures, no HTML and no icons, and which the text cannot end: its marks
 * are longer than any in the text.
 */
export function inCode(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark} ${line} ${mark}`;
}

/** The parts of a description that there are, between dots. */
export function described(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');
}
