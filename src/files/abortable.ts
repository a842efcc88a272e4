/**
 * Waiting that can be given up: for promises and streams that do not look at an AbortSignal themselves.
 * Stops the waiting, not the work; the one who started the work ends it.
 */
import { CancelledError, throwIfCancelled } from '../core/errors.ts';

/** What `promise` comes to, or a CancelledError as soon as the signal fires. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  // The promise may still fail after we have left: nobody is to be told of that.
  promise.catch(() => undefined);
  throwIfCancelled(signal);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = (): void => reject(new CancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** The items of `items`, until the signal fires: even while the next item does not come. */
export async function* abortableItems<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await abortable(iterator.next(), signal);
      if (result.done) {
        ended = true;
        return;
      }
      yield result.value;
    }
  } finally {
    const ending = ended ? undefined : iterator.return?.();
    // After an abort not awaited: a generator that hangs in `next` would answer `return` only after it.
    if (signal?.aborted) ending?.catch(() => undefined);
    else await ending;
  }
}

/** Resolves after `ms`, or rejects with a CancelledError as soon as the signal fires. Keeps the process alive. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await abortable(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), signal);
  } finally {
    clearTimeout(timer);
  }
}
