/** Resolves the editor's module to the fake one. Hooks run in a thread of their own, before TypeScript is known there. */
const FAKE = new URL('./vscode.ts', import.meta.url).href;

export function resolve(specifier, context, next) {
  return next(specifier === 'vscode' ? FAKE : specifier, context);
}
