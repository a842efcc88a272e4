/**
 * The owner of one engine process: forks it, waits until it is ready, speaks the RPC with it, and sees to its end. Used
 * by the terminal program and by the editor's host, so it knows the protocol only and nothing of the engine's inside.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CancelledError, EngineError } from '../core/errors.ts';
import { ipcChannel } from '../protocol/channel.ts';
import type { Channel } from '../protocol/channel.ts';
import { createClient } from '../protocol/rpc.ts';
import type { Client, ParamsSchemas, ServiceShape } from '../protocol/rpc.ts';
import { PROTOCOL_VERSION } from '../protocol/rpcMessages.ts';
import type { LogLevel, Note } from '../protocol/rpcMessages.ts';

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True where this side asked for it (`dispose`, `kill`): not a crash. */
  readonly isExpected: boolean;
}

export interface EngineHandle<S> {
  readonly client: Client<S>;
  readonly pid: number;
  /** Resolves, and never rejects, when the process is gone. */
  readonly exited: Promise<EngineExit>;
  /** Lets the process end by itself, kills it where it does not, and resolves when it is gone. */
  dispose(): Promise<void>;
  /** SIGKILL: nothing finished is lost by it, see the artefact store. */
  kill(): void;
}

export interface EngineOptions<S> {
  /** The program that the child runs; it calls `runEngineChild`. */
  readonly modulePath: string;
  readonly schemas: ParamsSchemas<S>;
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The ceiling of the child's JavaScript heap in MB. Weights live outside of it. */
  readonly heapMb?: number;
  readonly readyTimeoutMs?: number;
  readonly cancelGraceMs?: number;
  readonly disposeGraceMs?: number;
  /** The engine's log, and every line that it (or a library in it) writes to stdout and stderr. */
  readonly onLog?: (level: LogLevel, text: string) => void;
  /** Gives up the start. Once the engine is ready it has no effect. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts an engine and resolves when it is ready for calls.
 *
 * @throws EngineError `start-failed` (it died, with its last words), `start-timeout`, `protocol-version`;
 * CancelledError. In every case the process is gone or being killed.
 */
export async function startEngine<S extends ServiceShape<S>>(options: EngineOptions<S>): Promise<EngineHandle<S>> {
  if (options.signal?.aborted) throw new CancelledError();
  const engine = new EngineProcess(options);
  const ready = new Promise<void>((resolve, reject) => {
    engine.onReady = (protocol) => {
      if (protocol === PROTOCOL_VERSION) resolve();
      else reject(versionMismatch(protocol));
    };
    engine.onGone = (error) => reject(new EngineError('start-failed', error.message, error.advice));
  });
  // Made before the first message can come in: the client takes the channel's messages, 'ready' among them.
  const client = createClient<S>(engine.channel, options.schemas, {
    ...(options.cancelGraceMs === undefined ? {} : { cancelGraceMs: options.cancelGraceMs }),
    onUnresponsive: () => engine.kill(false),
    onNote: (note) => engine.take(note),
  });
  try {
    await withDeadline(ready, options.readyTimeoutMs ?? READY_TIMEOUT_MS, options.signal);
  } catch (error) {
    engine.kill();
    throw error;
  }
  return {
    client,
    pid: engine.pid,
    exited: engine.exited,
    dispose: () => engine.dispose(options.disposeGraceMs ?? DISPOSE_GRACE_MS),
    kill: () => engine.kill(),
  };
}

/** A cold start on a busy machine; the model is loaded later, by a call. */
const READY_TIMEOUT_MS = 60_000;
/** The longest single run of the native library that the process may have to finish first. */
const DISPOSE_GRACE_MS = 2000;
const PIPES_GRACE_MS = 1000;
const HEAP_MB = 1024;
/**
 * How the process keeps little memory that it does not use, 35 MB less on the default model: a small young generation,
 * a collection on request (the engine asks for one when a model has been loaded), and glibc's freed memory given back
 * to the system (no other allocator knows the variable).
 */
const LEAN_FLAGS = ['--max-semi-space-size=2', '--expose-gc'];
const LEAN_ENV = { MALLOC_TRIM_THRESHOLD_: '65536' };
/** How much of what the process said last is kept for the message about its death. */
const LAST_WORDS_LINES = 20;

class EngineProcess {
  readonly channel: Channel;
  readonly exited: Promise<EngineExit>;
  onReady: (protocol: number) => void = () => {};
  onGone: (error: EngineError) => void = () => {};
  readonly #child: ChildProcess;
  readonly #lastWords: string[] = [];
  readonly #onLog: (level: LogLevel, text: string) => void;
  #isExpected = false;

  constructor(options: Pick<EngineOptions<unknown>, 'modulePath' | 'args' | 'execArgv' | 'env' | 'heapMb' | 'onLog'>) {
    this.#onLog = options.onLog ?? (() => {});
    const { modulePath, args = [], execArgv = [], env = process.env, heapMb = HEAP_MB } = options;
    this.#child = fork(modulePath, [...args], {
      serialization: 'advanced',
      execArgv: [...execArgv, `--max-old-space-size=${heapMb}`, ...LEAN_FLAGS],
      env: { ...LEAN_ENV, ...env },
      // Never our own stdout: what the child prints must not get into a JSON document of ours.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#forward(this.#child.stdout);
    this.#forward(this.#child.stderr);

    const closeListeners: ((cause: EngineError) => void)[] = [];
    let gone: EngineError | undefined;
    this.channel = {
      ...ipcChannel(this.#child),
      // Later than 'disconnect': by then it is known how the process ended.
      onClose: (listener) => {
        if (gone) listener(gone);
        else closeListeners.push(listener);
      },
    };
    // A process that gave up its pipe is of no use, even if it lives.
    this.#child.once('disconnect', () => this.#child.kill('SIGKILL'));
    this.exited = this.#end().then(({ exit, error }) => {
      gone = error;
      for (const listener of closeListeners.splice(0)) listener(error);
      this.onGone(error);
      return exit;
    });
  }

  /** The id of the process; 0 where there never was one. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  take(note: Note): void {
    if (note.note === 'ready') this.onReady(note.protocol);
    else this.#onLog(note.level, note.text);
  }

  kill(isExpected = true): void {
    this.#isExpected ||= isExpected;
    this.#child.kill('SIGKILL');
  }

  async dispose(graceMs: number): Promise<void> {
    this.#isExpected = true;
    // Not `disconnect()`: closing our end would lose the answers under way. The child ends itself on this signal.
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Resolves when the process is gone and all that it sent or printed has been read. */
  #end(): Promise<{ exit: EngineExit; error: EngineError }> {
    return new Promise((resolve) => {
      this.#child.once('error', (cause) => {
        if (this.#child.pid !== undefined) return;
        const error = new EngineError('engine-died', `the engine cannot be started: ${cause.message}`, REINSTALL);
        resolve({ exit: { code: null, signal: null, isExpected: this.#isExpected }, error });
      });
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        resolve({ exit: { code, signal, isExpected: this.#isExpected }, error: this.#obituary(code, signal) });
      };
      this.#child.once('close', end);
      // 'close' waits for the pipes, and a program that the engine started may hold one of them open.
      this.#child.once('exit', (code, signal) => setTimeout(() => end(code, signal), PIPES_GRACE_MS).unref());
    });
  }

  #obituary(code: number | null, signal: NodeJS.Signals | null): EngineError {
    if (this.#isExpected) return new EngineError('engine-closed', 'the engine was closed', '');
    const words = this.#lastWords.join('\n');
    const how = signal ? `was killed by ${signal}` : `exited with code ${code}`;
    if (/JavaScript heap out of memory/.test(words)) {
      return new EngineError(
        'engine-died',
        `the engine ran out of memory (${how})`,
        'Close other programs, or use a smaller model.',
      );
    }
    const reason = this.#lastWords.findLast((line) => /^\w*Error\b/.test(line));
    return new EngineError(
      'engine-died',
      `the engine ${how}${reason ? `: ${reason.trim()}` : ''}`,
      'Try again; nothing that was finished is lost.',
    );
  }

  #forward(stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.#lastWords.push(line.slice(0, 500));
      if (this.#lastWords.length > LAST_WORDS_LINES) this.#lastWords.shift();
      this.#onLog('info', line);
    });
  }
}

const REINSTALL = 'Install Steerscope again.';

function versionMismatch(protocol: number): EngineError {
  const message = `the engine speaks version ${protocol} of the protocol, this program version ${PROTOCOL_VERSION}`;
  return new EngineError('protocol-version', message, 'Build both anew: npm run build.');
}

/** `promise`, unless the time or the signal ends the waiting first. */
async function withDeadline(promise: Promise<void>, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  let giveUp: (error: Error) => void = () => {};
  const given = new Promise<never>((_, reject) => (giveUp = reject));
  const cancel = (): void => giveUp(new CancelledError());
  const late = new EngineError('start-timeout', `the engine was not ready after ${timeoutMs} ms`, 'Try again.');
  const timer = setTimeout(() => giveUp(late), timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await Promise.race([promise, given]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
