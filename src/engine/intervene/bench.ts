/**
 * What interventions are run on: one graph for all layers of a kind of site, in which every value can be read and changed.
 * A value that is put back as it was gives the same bits as a run in which nothing is put in.
 */
import { throwIfCancelled } from '../../core/errors.ts';
import type { HookName } from '../../core/graph/hooks.ts';
import { SITE_KINDS, type Site, type SiteName } from '../../core/graph/interventionSites.ts';
import { blockHook, hookWidth } from '../../core/graph/hooks.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { assertRoomFor } from '../model/memory.ts';
import type { LastPosition, Patch } from '../session/observedSession.ts';
import { letMessagesIn } from '../turn.ts';

/** A float32 as the runtime has it, and once more as ours. */
const BYTES_PER_NUMBER = 8;

/** A text as it is: what its last position says, and the values at the sites that were read. */
export interface PlainRun extends LastPosition {
  readonly ids: readonly number[];
  readonly values: ReadonlyMap<HookName, Float32Array>; // [pos, width]
}

export interface PatchedText {
  readonly ids: readonly number[];
  readonly patches: readonly Patch[];
}

export class Bench {
  private readonly sites: readonly HookName[];

  constructor(
    readonly model: LoadedModel,
    kind: SiteName,
    private readonly signal: AbortSignal,
  ) {
    const { layers } = model.config;
    this.sites = Array.from({ length: layers }, (_, layer) => blockHook(layer, SITE_KINDS[kind].hook));
  }

  /** Runs a text as it is and reads the values at some of the sites. @throws CancelledError; ModelError `does-not-fit` */
  async plain(ids: readonly number[], read: readonly HookName[]): Promise<PlainRun> {
    await this.next();
    const numbers = read.reduce((sum, hook) => sum + ids.length * hookWidth(this.model.config, hook), 0);
    assertRoomFor(
      numbers * BYTES_PER_NUMBER,
      `${read.length} layers of ${ids.length} tokens`,
      'Give a shorter text, or fewer layers.',
    );
    const { rows, values } = await this.model.observed.runPatched({
      sites: this.sites,
      rows: [{ ids, patches: [] }],
      read,
    });
    return { ids, values, ...rows[0] };
  }

  /** What follows texts of one length with values put in. @throws CancelledError */
  async changed(rows: readonly PatchedText[]): Promise<readonly LastPosition[]> {
    await this.next();
    return (await this.model.observed.runPatched({ sites: this.sites, rows })).rows;
  }

  /** The unit of cancellation is one run. */
  private async next(): Promise<void> {
    await letMessagesIn(this.signal);
    throwIfCancelled(this.signal);
  }
}

/** The value of a run at a position of a site, with the part that the site names. */
export function valueAt(run: PlainRun, { hook }: Site, position: number): Float32Array {
  const all = run.values.get(hook) ?? new Float32Array(0);
  const width = all.length / run.ids.length;
  return all.subarray(position * width, (position + 1) * width);
}
