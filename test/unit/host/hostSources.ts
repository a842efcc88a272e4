/** What the sources of the extension say of commands, context keys and settings, read by TypeScript's own parser. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../../scripts/lib/install.mjs';

const FOLDER = path.join(ROOT, 'src', 'host');

const sources = fs
  .readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const text = fs.readFileSync(path.join(FOLDER, name), 'utf8');
    return {
      name: name.split(path.sep).join('/'),
      tree: ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true),
    };
  });

/** Everything that `pick` makes of the nodes of the sources, or of one of them. */
function collect<T>(pick: (node: ts.Node) => readonly T[], only?: string): T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    found.push(...pick(node));
    ts.forEachChild(node, visit);
  };
  for (const { name, tree } of sources) if (only === undefined || name === only) visit(tree);
  return found;
}

/** The ids of the commands that are registered: by name, or as the keys of a group. */
export function registeredCommands(): Set<string> {
  const keys = (literal: ts.ObjectLiteralExpression): string[] =>
    literal.properties.flatMap(({ name }) => (name ? [`steerscope.${name.getText()}`] : []));
  const groups = collect((node) => {
    if (isCallOf(node, 'registerGroup')) return node.arguments.filter(ts.isObjectLiteralExpression).flatMap(keys);
    if (ts.isFunctionLike(node) && node.type?.getText() === 'Commands') return returned(node).flatMap(keys);
    return [];
  });
  return new Set([...groups, ...firstTexts('registerCommand')]);
}

/** The ids of our commands that the sources run, offer or link to. */
export function usedCommands(): Set<string> {
  const named = collect((node) => {
    const value =
      ts.isPropertyAssignment(node) && node.name.getText() === 'command'
        ? node.initializer
        : ts.isBinaryExpression(node) && /\.command$/.test(node.left.getText())
          ? node.right
          : undefined;
    return value === undefined ? [] : textsIn(value);
  });
  const links = sources.flatMap(({ tree }) => commandLinks(tree.text));
  const ours = [...firstTexts('executeCommand'), ...named].filter((id) => id.startsWith('steerscope.'));
  // Entries of the menu name commands without `steerscope.`.
  const short = named.filter((id) => /^\w+$/.test(id)).map((id) => `steerscope.${id}`);
  return new Set([...ours, ...short, ...links]);
}

/** The ids in links such as `command:steerscope.getModel`. */
export function commandLinks(text: string): string[] {
  return [...text.matchAll(/\bcommand:(steerscope\.\w+)/g)].map(([, id]) => id ?? '');
}

/** The context keys that are set, and the files that set any. */
export function contextKeys(): { readonly keys: Set<string>; readonly files: readonly string[] } {
  const keys = collect((node) => (isCallOf(node, 'set') ? firstText(node) : []), 'contextKeys.ts');
  const files = sources.filter(({ tree }) => /'setContext'/.test(tree.text)).map(({ name }) => name);
  return { keys: new Set(keys.map((key) => `steerscope.${key}`)), files };
}

/** The settings that `settings.ts` reads. */
export function readSettings(): Set<string> {
  const read = collect((node) => (isCallOf(node, 'read') ? firstText(node) : []), 'settings.ts');
  return new Set(read.map((name) => `steerscope.${name}`));
}

/** The settings, or groups of them, that the sources write, toggle and listen to. */
export function namedSettings(): Set<string> {
  const names = collect((node) => {
    if (
      !ts.isCallExpression(node) ||
      !/\bsettings\.(?:write|unset|toggle|onDidChange)$/.test(node.expression.getText())
    )
      return [];
    return firstText(node);
  });
  return new Set(names.map((name) => `steerscope.${name}`));
}

function firstTexts(name: string): string[] {
  return collect((node) => (isCallOf(node, name) ? firstText(node) : []));
}

function isCallOf(node: ts.Node, name: string): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression: called } = node;
  return (ts.isPropertyAccessExpression(called) ? called.name : called).getText() === name;
}

function firstText({ arguments: [first] }: ts.CallExpression): string[] {
  return first === undefined ? [] : textsIn(first);
}

/** The texts that an expression may be, as far as they are written in it. */
function textsIn(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (!ts.isConditionalExpression(expression)) return [];
  return [...textsIn(expression.whenTrue), ...textsIn(expression.whenFalse)];
}

/** The object literals that a function returns itself. */
function returned(declared: ts.SignatureDeclaration): ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression && ts.isObjectLiteralExpression(node.expression))
      found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(declared, visit);
  return found;
}
