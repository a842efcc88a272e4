/**
 * What a panel shows, to every page that watches it: whole snapshots, so that none can be missed, and not more of them
 * than a screen can show. A hidden page is sent nothing, and the newest when it is seen again. It owns who is told and
 * when; what a snapshot holds is the panel's.
 */
import type { Snapshot } from '../../protocol/panels/panel.ts';
import type { CallContext } from '../../protocol/rpc.ts';

/** Between two snapshots of something that changes all the time. */
const PAUSE_MS = 100;

export class SnapshotFeed<S extends Snapshot> {
  private readonly watchers = new Set<CallContext<S>>();
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private sentMs = -Infinity;
  private isShown = true;

  /** @param snapshot what is shown now; asked for only when somebody sees it */
  constructor(private readonly snapshot: () => S) {}

  /** How many pages are told. */
  get watcherCount(): number {
    return this.watchers.size;
  }

  /** The `watch` of a panel's service: sends what there is, then every change, until the page has gone. */
  watch(context: CallContext<S>): Promise<null> {
    const { signal } = context;
    return new Promise((resolve) => {
      const end = (): void => {
        this.watchers.delete(context);
        resolve(null);
      };
      if (signal.aborted) return end();
      signal.addEventListener('abort', end, { once: true });
      this.watchers.add(context);
      context.emit(this.snapshot());
    });
  }

  /** Something that the snapshot holds has changed. */
  changed(): void {
    if (this.waiting !== undefined || !this.isShown || this.watchers.size === 0) return;
    const pauseMs = Math.max(0, this.sentMs + PAUSE_MS - performance.now());
    this.waiting = setTimeout(() => this.send(), pauseMs);
  }

  /** Whether the panel is on the screen. */
  setShown(isShown: boolean): void {
    if (isShown === this.isShown) return;
    this.isShown = isShown;
    if (isShown) this.send();
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.watchers.clear();
  }

  private send(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    if (!this.isShown || this.watchers.size === 0) return;
    this.sentMs = performance.now();
    const snapshot = this.snapshot();
    for (const { emit } of this.watchers) emit(snapshot);
  }
}
