/** Waiting for a condition, never for a time. */

export interface UntilOptions {
  /** No figure of merit: a slow machine gets its time, and what never comes ends the test with a sentence. */
  readonly timeoutMs?: number;
  readonly pollMs?: number;
}

/**
 * The first result of `probe` that is neither undefined, null nor false. An error of the probe counts as "not yet": pages
 * change while they are read.
 * @throws Error that names `what`, with the last result or error, where it never comes
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 90_000, pollMs = 50 }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const endMs = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const result = await probe();
      if (isThere(result)) return result;
      last = result;
    } catch (error) {
      last = error;
    }
    if (performance.now() > endMs) throw new Error(`${what}: not within ${timeoutMs / 1000} s (last: ${String(last)})`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isThere<T>(result: T): result is Exclude<T, undefined | null | false> {
  return result !== undefined && result !== null && result !== false;
}
