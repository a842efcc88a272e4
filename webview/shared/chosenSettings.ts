/**
 * The settings of a panel as its user has them. A change counts at once: the next one builds on it although the host has not
 * answered, and what the host said before it had the change does not take it back, in the middle of a slider's move.
 */
export class ChosenSettings<S extends object> {
  private current: S | undefined;
  private unanswered = 0;

  /** @param tell says that the host has refused a change, which is then undone */
  constructor(private readonly tell: (error: unknown) => void) {}

  /** Undefined until the host has told them. */
  get value(): S | undefined {
    return this.current;
  }

  /** A snapshot of the host as it is to be shown. */
  heard<T extends { readonly settings: S }>(snapshot: T): T {
    if (this.unanswered > 0 && this.current) return { ...snapshot, settings: this.current };
    this.current = snapshot.settings;
    return snapshot;
  }

  /** Sends the settings with a change, unless it is none. */
  change(change: Partial<S>, send: (settings: S) => Promise<unknown>): void {
    const before = this.current;
    if (before === undefined) return;
    const settings = { ...before, ...change };
    if (JSON.stringify(settings) === JSON.stringify(before)) return;
    this.current = settings;
    this.unanswered++;
    send(settings)
      .catch((error: unknown) => {
        if (this.current === settings) this.current = before;
        this.tell(error);
      })
      .finally(() => this.unanswered--);
  }
}
