/**
 * Keeps one engine running for a long-lived owner such as the editor's host: starts it when it is first needed, starts
 * it again after a crash with growing pauses, and gives up when it crashes too often. It must not know how an engine is
 * started.
 */
import { EngineError } from '../core/errors.ts';
import type { EngineHandle } from './engineClient.ts';

export interface RestartPolicy {
  /** This many crashes within the window end the restarting, until `reset`. */
  readonly crashes: number;
  readonly windowMs: number;
  /** The pause before the next start after the first, second, ... crash in the window; the last one repeats. */
  readonly backOffMs: readonly number[];
}

/** What the editor itself grants a crashing extension host: three in five minutes. */
export const RESTART_POLICY: RestartPolicy = { crashes: 3, windowMs: 5 * 60_000, backOffMs: [0, 1000, 5000] };

export type SupervisorState = 'idle' | 'starting' | 'running' | 'waiting' | 'failed' | 'stopped';

export interface Supervisor<S> {
  readonly state: SupervisorState;
  /** The running engine, started where there is none. Rejects where starting fails, and while the state is `failed`. */
  engine(): Promise<EngineHandle<S>>;
  /** Forgets the crashes: the user asked to try again. */
  reset(): void;
  /** Ends the engine for good. */
  stop(): Promise<void>;
}

export interface SupervisorOptions<S> {
  /** Must give up where the signal fires. */
  readonly start: (signal: AbortSignal) => Promise<EngineHandle<S>>;
  readonly onState?: (state: SupervisorState) => void;
  readonly policy?: RestartPolicy;
  /** Milliseconds that only grow; tests have their own. */
  readonly nowMs?: () => number;
  /** Resolves after `ms` or, at once, when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createSupervisor<S>(options: SupervisorOptions<S>): Supervisor<S> {
  return new EngineSupervisor(options);
}

class EngineSupervisor<S> implements Supervisor<S> {
  state: SupervisorState = 'idle';
  #current: Promise<EngineHandle<S>> | undefined;
  /** When the engine crashed, within the policy's window. */
  #crashes: number[] = [];
  readonly #stopping = new AbortController();
  readonly #policy: RestartPolicy;
  readonly #nowMs: () => number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;

  constructor(private readonly options: SupervisorOptions<S>) {
    this.#policy = options.policy ?? RESTART_POLICY;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#sleep = options.sleep ?? sleep;
  }

  engine(): Promise<EngineHandle<S>> {
    this.#current ??= this.#start();
    return this.#current;
  }

  reset(): void {
    this.#crashes = [];
    if (this.state === 'failed') this.#enter('idle');
  }

  async stop(): Promise<void> {
    this.#enter('stopped');
    this.#stopping.abort();
    const engine = await this.#current?.catch(() => undefined);
    await engine?.dispose();
  }

  async #start(): Promise<EngineHandle<S>> {
    try {
      await this.#admit();
      this.#enter('starting');
      const engine = await this.options.start(this.#stopping.signal);
      this.#enter('running');
      void engine.exited.then(({ isExpected }) => this.#ended(isExpected));
      return engine;
    } catch (error) {
      // A start that failed is a crash, unless it was never tried.
      this.#current = undefined;
      if (this.state === 'starting') this.#crashed();
      throw error;
    }
  }

  /** Waits until the policy allows a start; throws where it does not. */
  async #admit(): Promise<void> {
    if (this.state === 'stopped') throw new EngineError('engine-closed', 'the engine was closed');
    const { crashes, backOffMs } = this.#policy;
    const recent = this.#recentCrashes();
    if (recent >= crashes) {
      this.#enter('failed');
      throw new EngineError(
        'crash-loop',
        `the engine crashed ${recent} times in a row`,
        'Look at its log, then restart it.',
      );
    }
    const pauseMs = recent === 0 ? 0 : (backOffMs[recent - 1] ?? backOffMs.at(-1) ?? 0);
    if (pauseMs === 0) return;
    this.#enter('waiting');
    await this.#sleep(pauseMs, this.#stopping.signal);
    if (this.#stopping.signal.aborted) throw new EngineError('engine-closed', 'the engine was closed');
  }

  #ended(isExpected: boolean): void {
    this.#current = undefined;
    if (this.state === 'stopped') return;
    if (isExpected) return this.#enter('idle');
    this.#crashed();
    // Back at once, so that the next call does not wait for it; who calls meanwhile gets the same start.
    if (this.state === 'idle') void this.engine().catch(() => undefined);
  }

  #crashed(): void {
    this.#crashes.push(this.#nowMs());
    this.#enter(this.#recentCrashes() >= this.#policy.crashes ? 'failed' : 'idle');
  }

  #recentCrashes(): number {
    const since = this.#nowMs() - this.#policy.windowMs;
    this.#crashes = this.#crashes.filter((at) => at > since);
    return this.#crashes.length;
  }

  #enter(state: SupervisorState): void {
    // 'stopped' is final: what is still under way must not bring the engine back.
    if (this.state === state || this.state === 'stopped') return;
    this.state = state;
    this.options.onState?.(state);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
