/** Turns of the event loop: a run of a session blocks it, and only between two runs is a message read. */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../core/errors.ts';

/**
 * Reads what has come in, before the next run. Looking at the signal is not enough: the binding starts a run in the same
 * turn in which the cancellation would be read, so that one more run is made before anybody sees it.
 *
 * @throws CancelledError
 */
export async function letMessagesIn(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  throwIfCancelled(signal);
}
