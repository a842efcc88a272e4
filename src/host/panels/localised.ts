/** Tables of words, in the user's language: pages have no words of their own. */
import * as vscode from 'vscode';

/** The same keys; where there were words in English, words. */
export type Localised<T> = T extends string ? string : { readonly [K in keyof T]: Localised<T[K]> };

/** A table, or a table of tables, with every word looked up. What nobody translated stays English; gaps stay gaps. */
export function localised<T extends string | object>(words: T): Localised<T> {
  const result: unknown =
    typeof words === 'string'
      ? vscode.l10n.t(words)
      : Object.fromEntries(Object.entries(words).map(([key, value]) => [key, localised(value)]));
  // The shape is that of `words`, which the compiler cannot see through `fromEntries`.
  return result as Localised<T>;
}
