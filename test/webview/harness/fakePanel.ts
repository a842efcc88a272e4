/** The host of any panel as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { Snapshot } from '../../../src/protocol/panels/panel.ts';
import type { CallContext } from '../../../src/protocol/rpc.ts';

export class FakePanelHost<Words, S extends Snapshot> {
  /** Every verb that was called, with its parameters. */
  readonly asked: (readonly [verb: string, params: unknown])[] = [];
  private readonly watchers = new Set<CallContext<S>>();

  constructor(
    protected snapshot: S,
    protected readonly table: Words,
  ) {}

  /** How many pages are told of changes. */
  get watcherCount(): number {
    return this.watchers.size;
  }

  show(snapshot: S): void {
    this.snapshot = snapshot;
    for (const { emit } of this.watchers) emit(snapshot);
  }

  words(): Promise<Words> {
    return Promise.resolve(this.table);
  }

  watch(_params: Record<string, never>, context: CallContext<S>): Promise<null> {
    this.watchers.add(context);
    context.emit(this.snapshot);
    return new Promise((resolve) => {
      context.signal.addEventListener('abort', () => {
        this.watchers.delete(context);
        resolve(null);
      });
    });
  }

  protected note(verb: string, params: unknown): Promise<null> {
    this.asked.push([verb, params]);
    return Promise.resolve(null);
  }
}
