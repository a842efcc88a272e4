/**
 * The second opinion on syntax: the compiler of the language, where the machine has one. Code comes from a model and is
 * never run: every command stops at or before type checking, works on standard input or in a private folder that is
 * removed, is started without a shell, and is killed with its children when its time is up.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageId } from '../../core/language/languages.ts';

export interface SyntaxCheck {
  /** Whether this machine has a toolchain for the language (and Steerscope a check through it). */
  readonly available: boolean;
  /** null where there is no toolchain or where it did not finish in time. */
  readonly ok: boolean | null;
  /** The first lines of what the toolchain said; '' where it said nothing. */
  readonly message: string;
}

export interface SyntaxCheckOptions {
  /** How long one command may take. Default 10 000. */
  readonly timeoutMs?: number;
}

/** One way of showing code to a tool. `fileName` null: on standard input. */
interface Attempt {
  readonly fileName: string | null;
  readonly text: string;
}

interface Toolchain {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A correct program: a tool that does not accept it (a shim without a toolchain behind it) counts as absent. */
  readonly sample: string;
  /** The forms to try; the code passes if one of them does. */
  attempts(code: string): readonly Attempt[];
  /** Why this code is not to be shown to the tool at all. */
  refuse?(code: string): string | null;
}

const onInput = (text: string): readonly Attempt[] => [{ fileName: null, text }];
const inFile = (fileName: string) => (text: string) => [{ fileName, text }];

const TOOLCHAINS: Readonly<Partial<Record<LanguageId, Toolchain>>> = {
  cpp: {
    command: 'g++',
    args: ['-fsyntax-only', '-w', '-std=c++17', '-ftemplate-depth=64', '-x', 'c++', '-'],
    sample: 'int main() { return 0; }\n',
    attempts: onInput,
    refuse: refuseStrangeIncludes,
  },
  c: {
    command: 'gcc',
    args: ['-fsyntax-only', '-w', '-std=c11', '-x', 'c', '-'],
    sample: 'int main(void) { return 0; }\n',
    attempts: onInput,
    refuse: refuseStrangeIncludes,
  },
  python: {
    command: 'python3',
    // -I and -S: no environment, no site, nothing imported but what the one line names.
    args: ['-I', '-S', '-c', 'import ast, sys; ast.parse(sys.stdin.buffer.read())'],
    sample: 'x = 1\n',
    attempts: onInput,
  },
  java: {
    command: 'javac',
    // No annotation processors (they would be code), and stop after parsing: names need not resolve.
    args: ['-proc:none', '-implicit:none', '--should-stop=ifNoError=PARSE', '-d', '.'],
    sample: 'class A { }\n',
    attempts: (code) => [
      { fileName: 'Snippet.java', text: code },
      { fileName: 'Snippet.java', text: wrapInClass(code) },
    ],
  },
  rust: {
    command: 'rustc',
    // Parsing alone is an unstable option; the environment variable is how a stable compiler is made to take it.
    args: ['-Zparse-crate-root-only', '--edition', '2021', '--crate-type', 'lib', '-'],
    env: { RUSTC_BOOTSTRAP: '1' },
    sample: 'fn main() {}\n',
    attempts: onInput,
  },
  javascript: {
    command: process.execPath,
    args: ['--check'],
    env: { ELECTRON_RUN_AS_NODE: '1' },
    sample: 'const x = 1;\n',
    attempts: (code) => [...inFile('snippet.cjs')(code), ...inFile('snippet.mjs')(code)],
  },
  go: {
    command: 'gofmt',
    args: ['-e'],
    sample: 'package main\n',
    attempts: onInput,
  },
};

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_MESSAGE = 2000;

const present = new Map<LanguageId, Promise<boolean>>();

/**
 * Shows `code` to the toolchain of `language`. g++ and gcc check types as well as syntax; the others only parse.
 * Give it `completed` of a parse check, not an answer cut in the middle.
 */
export async function syntaxCheck(
  code: string,
  language: LanguageId,
  options: SyntaxCheckOptions = {},
): Promise<SyntaxCheck> {
  const toolchain = TOOLCHAINS[language];
  if (toolchain === undefined || !(await isPresent(language, toolchain))) {
    return { available: false, ok: null, message: '' };
  }
  const refusal = toolchain.refuse?.(code) ?? null;
  if (refusal !== null) return { available: true, ok: false, message: refusal };
  const { ok, message } = await tryAll(toolchain, toolchain.attempts(code), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return { available: true, ok, message };
}

function isPresent(language: LanguageId, toolchain: Toolchain): Promise<boolean> {
  const known = present.get(language);
  if (known !== undefined) return known;
  const [first] = toolchain.attempts(toolchain.sample);
  const answer = tryAll(toolchain, first === undefined ? [] : [first], 3 * DEFAULT_TIMEOUT_MS).then(
    ({ ok }) => ok === true,
  );
  present.set(language, answer);
  return answer;
}

/** True at the first attempt that passes; else what the tool said of the first one. */
async function tryAll(
  toolchain: Toolchain,
  attempts: readonly Attempt[],
  timeoutMs: number,
): Promise<{ ok: boolean | null; message: string }> {
  let result: { ok: boolean | null; message: string } | undefined;
  const folder = await mkdtemp(join(tmpdir(), 'steerscope-check-'));
  try {
    for (const { fileName, text } of attempts) {
      if (fileName !== null) await writeFile(join(folder, fileName), text);
      const args = fileName === null ? toolchain.args : [...toolchain.args, fileName];
      const run = await runTool(toolchain, args, fileName === null ? text : '', folder, timeoutMs);
      if (run.ok === true) return run;
      result ??= run;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return result ?? { ok: null, message: '' };
}

function runTool(
  toolchain: Toolchain,
  args: readonly string[],
  input: string,
  cwd: string,
  timeoutMs: number,
): Promise<{ ok: boolean | null; message: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...toolchain.env, LC_ALL: 'C' };
  // It could make node load a module before the check.
  delete env['NODE_OPTIONS'];
  return new Promise((resolve) => {
    const child = spawn(toolchain.command, args, {
      cwd,
      env,
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
      // A group of its own, so that the compiler proper dies with its driver.
      detached: process.platform !== 'win32',
    });
    let message = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child.pid);
    }, timeoutMs);
    const finish = (ok: boolean | null, said: string): void => {
      clearTimeout(timer);
      resolve({ ok, message: said.replaceAll(join(cwd, '/'), '').slice(0, MAX_MESSAGE).trimEnd() });
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (message.length < MAX_MESSAGE) message += text;
    });
    // A tool may give up before it has read everything; the exit status then says what there is to say.
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', () => finish(null, `${toolchain.command} cannot be started`));
    child.on('close', (status) => {
      if (isLate) finish(null, `${toolchain.command} took longer than ${timeoutMs} ms`);
      else finish(status === 0, message);
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** A preprocessor reads any file that an include names: only plain names below the search folders are let through. */
function refuseStrangeIncludes(code: string): string | null {
  const spliced = code.replace(/\\\r?\n/g, '');
  const directives = spliced.match(/^[ \t]*(?:#|%:|\?\?=)(?:[^\n]*)/gm) ?? [];
  const strange = directives.find(
    (line) =>
      /include|import|embed/.test(line) &&
      (!/^[ \t]*#[ \t]*include[ \t]*(?:<[\w+./-]+>|"[\w+./-]+")/.test(line) || /[<"](?:\/|[^>"]*\.\.)/.test(line)),
  );
  return strange === undefined ? null : `not checked: ${strange.trim().slice(0, 80)}`;
}

/** A method by itself is no Java file; imports must stay outside the class that is put round it. */
function wrapInClass(code: string): string {
  const isHeader = (line: string): boolean => /^\s*(?:import|package)\b/.test(line);
  const lines = code.split('\n');
  return [...lines.filter(isHeader), 'class Snippet {', ...lines.filter((line) => !isHeader(line)), '}', ''].join('\n');
}
