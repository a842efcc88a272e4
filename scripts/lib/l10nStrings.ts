/**
 * Every text that the extension shows in the user's language: what the host gives `vscode.l10n.t`, found by TypeScript's
 * own parser, and the tables of words for panels, which the host looks up as a whole. By convention an exported constant
 * of `src/core` or `src/protocol` whose name ends in `_WORDS` is such a table.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from './install.mjs';

/** The one place that looks up texts which are not written there. */
const LOOKS_UP_TABLES = 'src/host/panels/localised.ts';

export interface Texts {
  readonly texts: readonly string[];
  /** Calls whose text cannot be told from the source, as `file:line`. */
  readonly unreadable: readonly string[];
}

/** All texts, in one order wherever they are found. @throws Error where one cannot be told from the source */
export async function allTexts(): Promise<string[]> {
  const calls = sourcesBelow('src/host')
    .filter((file) => file !== LOOKS_UP_TABLES)
    .map((file) => textsOfCalls(file, fs.readFileSync(path.join(ROOT, file), 'utf8')));
  const unreadable = calls.flatMap((of) => of.unreadable);
  if (unreadable.length > 0)
    throw new Error(`a text for vscode.l10n.t must be written where it is asked for: ${unreadable.join(', ')}`);
  return [...new Set([...calls.flatMap(({ texts }) => texts), ...(await textsOfTables())])].sort();
}

/** What one file gives `vscode.l10n.t`, or `t` where it has taken that out of `vscode.l10n`. */
export function textsOfCalls(file: string, source: string): Texts {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const names = new Set(['vscode.l10n.t']);
  const texts: string[] = [];
  const unreadable: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node)) for (const name of namesOfT(node)) names.add(name);
    if (ts.isCallExpression(node) && names.has(node.expression.getText(parsed))) {
      const written = node.arguments[0] && textsOf(node.arguments[0]);
      const { line } = parsed.getLineAndCharacterOfPosition(node.getStart(parsed));
      if (written) texts.push(...written);
      else unreadable.push(`${file}:${line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return { texts, unreadable };
}

/** The names that `const { t } = vscode.l10n` gives the function. */
function namesOfT({ name, initializer }: ts.VariableDeclaration): string[] {
  if (!ts.isObjectBindingPattern(name) || initializer?.getText() !== 'vscode.l10n') return [];
  return name.elements
    .filter((element) => (element.propertyName ?? element.name).getText() === 't')
    .map((element) => element.name.getText());
}

/** The texts that an expression may be; undefined where they are not all written in it. */
function textsOf(expression: ts.Expression): string[] | undefined {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isParenthesizedExpression(expression)) return textsOf(expression.expression);
  if (!ts.isConditionalExpression(expression)) return undefined;
  const [one, other] = [textsOf(expression.whenTrue), textsOf(expression.whenFalse)];
  return one && other && [...one, ...other];
}

async function textsOfTables(): Promise<string[]> {
  const files = ['src/core', 'src/protocol']
    .flatMap(sourcesBelow)
    .filter((file) => /^export const \w+_WORDS\b/m.test(fs.readFileSync(path.join(ROOT, file), 'utf8')));
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(path.join(ROOT, file)).href) as Promise<Record<string, unknown>>),
  );
  const tables = modules.flatMap(Object.entries).filter(([name]) => name.endsWith('_WORDS'));
  return tables.flatMap(([, table]) => textsIn(table));
}

function textsIn(table: unknown): string[] {
  if (typeof table === 'string') return [table];
  return typeof table === 'object' && table !== null ? Object.values(table).flatMap(textsIn) : [];
}

function sourcesBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort();
}
