/**
 * Where the ready-made tree-sitter grammars lie: WebAssembly files inside npm packages, nothing compiled here. It loads
 * each grammar once, when it is first asked for, and knows nothing of what is parsed with it.
 */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Language, Parser } from 'web-tree-sitter';
import { EngineError } from '../../core/errors.ts';
import type { LanguageId } from '../../core/language/languages.ts';

/** VS Code's own builds where it has one; the grammars' own packages for the two languages it lacks. */
const GRAMMAR_FILE: Readonly<Record<LanguageId, string>> = {
  python: '@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm',
  cpp: '@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm',
  c: 'tree-sitter-c/tree-sitter-c.wasm',
  java: '@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm',
  julia: 'tree-sitter-julia/tree-sitter-julia.wasm',
  rust: '@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm',
  javascript: '@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm',
  typescript: '@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm',
  go: '@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm',
};

const require = createRequire(import.meta.url);
const parsers = new Map<LanguageId, Promise<Parser>>();
let runtime: Promise<void> | undefined;

/**
 * The parser of a language, shared by all callers: parse and read the tree without awaiting in between.
 * @throws EngineError `grammar` where the grammar's file is missing or does not fit the runtime
 */
export function parserFor(language: LanguageId): Promise<Parser> {
  const known = parsers.get(language);
  if (known !== undefined) return known;
  const parser = loadParser(language);
  parsers.set(language, parser);
  // A failure is not kept: the file may be there at the next call.
  parser.catch(() => parsers.delete(language));
  return parser;
}

async function loadParser(language: LanguageId): Promise<Parser> {
  try {
    runtime ??= startRuntime();
    await runtime;
    const parser = new Parser();
    parser.setLanguage(await Language.load(require.resolve(GRAMMAR_FILE[language])));
    return parser;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'grammar',
      `the grammar of ${language} cannot be loaded: ${why.split('\n', 1)[0] ?? ''}`,
      'Install the dependencies again (npm install).',
      { cause },
    );
  }
}

/**
 * Snippets of a dozen lines never repay V8's optimising compiler, which takes 2 s and 80 MB over the Julia grammar's one
 * huge lexer function and holds up the next grammar for as long. The flag is of WebAssembly alone; nothing else in
 * the process is made of it (onnxruntime-node is native).
 */
function startRuntime(): Promise<void> {
  setFlagsFromString('--liftoff-only');
  return Parser.init({ locateFile: (name: string) => require.resolve(`web-tree-sitter/${name}`) });
}
