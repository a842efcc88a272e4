/**
 * A channel carries whole messages, in order, between two ends that share nothing else. The RPC of `rpc.ts` runs over
 * any of them: the pipe of a forked process, a webview's port, or a pair in one process. It owns delivery and the news
 * of the end; it must not know what a message means.
 */
import type { EngineError } from '../core/errors.ts';

export interface Channel {
  /**
   * Hands a message to the other end. After the end of the channel it does nothing: whoever waits learns it from
   * `onClose`. Throws where the message holds what structured clone cannot copy (a function, a proxy).
   */
  send(message: object): void;
  /** Sets the one listener. A message that comes before there is one waits for it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once when the channel has ended, at once where it already has; with the cause, where it is known. */
  onClose(listener: (cause?: EngineError) => void): void;
}

/** What `process` in a forked child and a `ChildProcess` in its parent have in common. */
export interface IpcEndpoint {
  readonly connected: boolean;
  send?(message: object, handle: undefined, options: undefined, done: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** The pipe between a process and the child it forked, seen from either end. */
export function ipcChannel(endpoint: IpcEndpoint): Channel {
  return {
    send(message) {
      // The callback takes the errors of a pipe that breaks during the write; 'disconnect' reports them to the waiters.
      if (endpoint.connected) endpoint.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => void endpoint.on('message', listener),
    onClose: (listener) => {
      if (endpoint.connected) endpoint.once('disconnect', () => listener());
      else listener();
    },
  };
}

export interface ChannelPair {
  readonly left: Channel;
  readonly right: Channel;
  /** Ends both, as the death of either end would. Messages under way are lost. */
  close(cause?: EngineError): void;
}

/** Two ends in one process. Messages are cloned and arrive later and in order, exactly as between processes. */
export function channelPair(): ChannelPair {
  const left = new MemoryEnd();
  const right = new MemoryEnd();
  left.peer = right;
  right.peer = left;
  return {
    left,
    right,
    close(cause) {
      left.close(cause);
      right.close(cause);
    },
  };
}

class MemoryEnd implements Channel {
  peer: MemoryEnd | undefined;
  #closed: { cause: EngineError | undefined } | undefined;
  #listener: ((message: unknown) => void) | undefined;
  readonly #waiting: unknown[] = [];
  readonly #closeListeners: ((cause?: EngineError) => void)[] = [];

  send(message: object): void {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => this.peer?.receive(copy));
  }

  receive(message: unknown): void {
    if (this.#closed) return;
    if (this.#listener) this.#listener(message);
    else this.#waiting.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onClose(listener: (cause?: EngineError) => void): void {
    if (this.#closed) listener(this.#closed.cause);
    else this.#closeListeners.push(listener);
  }

  close(cause: EngineError | undefined): void {
    if (this.#closed) return;
    this.#closed = { cause };
    for (const listener of this.#closeListeners.splice(0)) listener(cause);
  }
}
