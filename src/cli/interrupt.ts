/**
 * Ctrl-C. The first one asks all work to stop, and sees to it that it has stopped within a second: what does not stop
 * by itself is killed. A second one does not wait. It knows nothing of the work; what is killed is for others to say.
 */

/** How long the work may take to end by itself. A token or a chunk of a prompt takes far less. */
const GRACE_MS = 600;
/** How long what unwinds after the kill may take: removing a temporary file. */
const UNWIND_MS = 300;
/** Signals closer together are one key press that came by way of several processes (npm passes its signals on). */
const ECHO_MS = 200;

const STATUS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export class Interrupt {
  readonly #abort = new AbortController();
  readonly #victims = new Set<() => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  #status: number | undefined;
  #firstMs = 0;
  #graceMs = GRACE_MS;

  /** @param exit ends the process at once; never returns in earnest. */
  constructor(private readonly exit: (status: number) => void) {}

  /** Aborted by the first signal: everything that waits must listen to it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The exit status of the interrupted program; undefined while nothing has interrupted it. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Listens to the signals of the process until the returned function is called. */
  listen(source: NodeJS.EventEmitter = process): () => void {
    const names = Object.keys(STATUS) as NodeJS.Signals[];
    const listener = (name: NodeJS.Signals): void => this.raise(STATUS[name] ?? 1);
    for (const name of names) source.on(name, listener);
    return () => {
      for (const name of names) source.off(name, listener);
      for (const timer of this.#timers) clearTimeout(timer);
    };
  }

  /**
   * Lets the work have longer to end by itself: for verbs that keep what they have done so far when they are stopped. A
   * second signal does not wait all the same.
   */
  allow(graceMs: number): void {
    this.#graceMs = Math.max(this.#graceMs, graceMs);
  }

  /** Has `kill` called where the work does not end in time, until the returned function is called. */
  onForce(kill: () => void): () => void {
    this.#victims.add(kill);
    return () => this.#victims.delete(kill);
  }

  /** What a signal does. */
  raise(status: number): void {
    if (this.#status === undefined) {
      this.#status = status;
      this.#firstMs = performance.now();
      this.#timers.push(setTimeout(() => this.#force(), this.#graceMs));
      this.#abort.abort();
    } else if (performance.now() - this.#firstMs > ECHO_MS) {
      this.#force();
      this.exit(this.#status);
    }
  }

  #force(): void {
    for (const kill of this.#victims) kill();
    this.#timers.push(setTimeout(() => this.exit(this.#status ?? 1), UNWIND_MS));
  }
}
