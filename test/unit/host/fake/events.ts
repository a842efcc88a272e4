/** The editor's events and cancellation, as far as they are used: listeners are called in order, and none after `dispose`. */

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  constructor(private readonly callOnDispose: () => unknown) {}

  dispose(): void {
    this.callOnDispose();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<(event: T) => unknown>();
  private isDisposed = false;

  readonly event = (listener: (event: T) => unknown): Disposable => {
    // Each registration is one of its own, even of the same function.
    const own = (event: T): unknown => listener(event);
    this.listeners.add(own);
    return new Disposable(() => this.listeners.delete(own));
  };

  /** For tests of what is left behind. */
  get listenerCount(): number {
    return this.listeners.size;
  }

  fire(event: T): void {
    if (!this.isDisposed) for (const listener of [...this.listeners]) listener(event);
  }

  dispose(): void {
    this.isDisposed = true;
    this.listeners.clear();
  }
}

export class CancellationError extends Error {}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
