/** Which part of a document is read: what is seen of it, and as much above that as the model is given. */
import type * as vscode from 'vscode';

/** More than the engine reads of a text (its last 1,024 tokens) has in code; what is longer need not be sent. */
const MAX_CHARACTERS = 20_000;

export interface Excerpt {
  readonly text: string;
  /** The lines of the document that it holds, whole, counted from 0. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/**
 * Whole lines up to `lastLine`; what comes after a line does not change what the model makes of it. Undefined where there is
 * no text, or where the last line alone is too long: no person wrote it.
 */
export function excerptOf(document: vscode.TextDocument, lastLine: number): Excerpt | undefined {
  const lines: string[] = [];
  let characters = 0;
  for (let line = lastLine; line >= 0; line--) {
    const { text } = document.lineAt(line);
    characters += text.length + 1;
    if (characters > MAX_CHARACTERS) break;
    lines.unshift(text);
  }
  const text = lines.join('\n');
  return text.trim() === '' ? undefined : { text, firstLine: lastLine - lines.length + 1, lastLine };
}
