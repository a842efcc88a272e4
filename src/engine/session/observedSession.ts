/**
 * Runs a whole text through a graph that was built for the hooks and ports of one request. Such a graph has no cache
 * and ends at its last hook; the newest few stay loaded, since requests come in series.
 */
import type { Tensor } from 'onnxruntime-node';
import type { DecoderConfig } from '../../core/architectures/spec.ts';
import type { PortKind } from '../../core/graph/context.ts';
import { buildDecoder } from '../../core/graph/decoder.ts';
import { LN_FINAL, hookWidth, type HookName } from '../../core/graph/hooks.ts';
import { portInput } from '../../core/graph/ports.ts';
import type { PackedModel } from '../weights/packedModel.ts';
import { GraphSession, floats, tensor, type Feeds, type SessionSettings } from './graphSession.ts';

/** Graphs that stay loaded. Each costs the runtime's copies of the weights that it multiplies by. */
const KEPT = 2;

/** Large and negative, and finite, so that a masked score takes part in no infinity arithmetic. */
const MASKED = -1e30;

/** A value to put in place of what a run has at a hook. */
export interface Patch {
  readonly hook: HookName;
  readonly position: number;
  readonly value: Float32Array; // [width]
}

/** h -> h + (h A + c) B + b at every position of a hook, of rank r. */
export interface AffineEdit {
  readonly hook: HookName;
  readonly rank: number;
  readonly A: Float32Array; // [width, rank]
  readonly c: Float32Array; // [rank]
  readonly B: Float32Array; // [rank, width]
  readonly b: Float32Array; // [width]
}

export interface ObservedRun {
  readonly ids: readonly number[];
  readonly hooks: readonly HookName[];
  readonly patches?: readonly Patch[];
  readonly edits?: readonly AffineEdit[];
  /** True for the logits of the last position. */
  readonly logits?: boolean;
}

/** The same places of several texts of one length, run together as the rows of a batch. */
export interface PatchedRun {
  /** Hooks at which values can be put in, and read: one graph serves every request for the same ones. */
  readonly sites: readonly HookName[];
  readonly rows: readonly { readonly ids: readonly number[]; readonly patches: readonly Patch[] }[];
  /** Of the sites, those whose values are wanted; of the first row, as they are after what is put in. */
  readonly read?: readonly HookName[];
}

/** What the last position of a row says next. */
export interface LastPosition {
  readonly logits: Float32Array; // [vocab]
  /** What the head reads there, after the last norm. */
  readonly normalized: Float32Array; // [dModel]
}

export interface PatchedObservation {
  readonly rows: readonly LastPosition[];
  readonly values: ReadonlyMap<HookName, Float32Array>; // [pos, width]
}

export interface Observation {
  readonly values: ReadonlyMap<HookName, Float32Array>;
  readonly logits: Float32Array | null; // [vocab]
}

export class ObservedSessions {
  private readonly kept = new Map<string, GraphSession>();

  constructor(
    private readonly config: DecoderConfig,
    private readonly weights: PackedModel,
    private readonly settings: SessionSettings,
  ) {}

  async run(request: ObservedRun): Promise<Observation> {
    const { ids, hooks, patches = [], edits = [], logits = false } = request;
    const ports = new Map<HookName, PortKind>();
    for (const patch of patches) ports.set(patch.hook, 'patch');
    for (const edit of edits) ports.set(edit.hook, 'affine');
    const session = await this.session(hooks, ports, logits);
    const feeds = select(session, {
      ...textFeeds([ids]),
      ...patchFeeds(ids.length, [patches]),
      ...Object.assign({}, ...edits.map(editFeeds)),
    });
    const names = [...hooks, ...(logits ? ['logits'] : [])];
    const out = await session.run(feeds, Object.fromEntries(names.map((name) => [name, null])));
    return {
      values: new Map(hooks.map((hook) => [hook, floats(out[hook])])),
      logits: logits ? floats(out.logits) : null,
    };
  }

  /** Runs texts of one length as the rows of a batch, as far as the last of the hooks: the values, [rows, pos, width]. */
  async runRows(
    rows: readonly (readonly number[])[],
    hooks: readonly HookName[],
  ): Promise<Map<HookName, Float32Array>> {
    const session = await this.session(hooks, new Map(), false);
    const fetches = Object.fromEntries(hooks.map((hook) => [hook, null]));
    const out = await session.run(select(session, textFeeds(rows)), fetches);
    return new Map(hooks.map((hook) => [hook, floats(out[hook])]));
  }

  /** Runs texts of one length with values put in, and gives the next-token logits of each. */
  async runPatched({ sites, rows, read = [] }: PatchedRun): Promise<PatchedObservation> {
    const { dModel, vocab } = this.config;
    const length = rows[0]?.ids.length ?? 0;
    const ports = new Map<HookName, PortKind>(sites.map((site) => [site, 'patch']));
    const session = await this.session([...sites, LN_FINAL], ports, true);
    const feeds = select(session, {
      ...textFeeds(rows.map(({ ids }) => ids)),
      ...closedPorts(this.config, sites),
      ...patchFeeds(
        length,
        rows.map(({ patches }) => patches),
      ),
    });
    const names = [...read, LN_FINAL, 'logits'];
    const out = await session.run(feeds, Object.fromEntries(names.map((name) => [name, null])));
    const [logits, normalized] = [floats(out.logits), floats(out[LN_FINAL])];
    return {
      rows: rows.map((_, row) => ({
        logits: logits.subarray(row * vocab, (row + 1) * vocab),
        normalized: normalized.subarray(((row + 1) * length - 1) * dModel, (row + 1) * length * dModel),
      })),
      values: new Map(
        read.map((hook) => {
          const all = floats(out[hook]);
          return [hook, all.subarray(0, all.length / rows.length)];
        }),
      ),
    };
  }

  async release(): Promise<void> {
    const sessions = [...this.kept.values()];
    this.kept.clear();
    for (const session of sessions) await session.release();
  }

  private async session(
    hooks: readonly HookName[],
    ports: ReadonlyMap<HookName, PortKind>,
    logits: boolean,
  ): Promise<GraphSession> {
    const key = JSON.stringify([[...hooks].sort(), [...ports].sort(), logits]);
    let session = this.kept.get(key);
    if (session === undefined) {
      for (const [oldest, old] of [...this.kept].slice(0, Math.max(0, this.kept.size + 1 - KEPT))) {
        this.kept.delete(oldest);
        await old.release();
      }
      const options = { hooks: new Set(hooks), ports, gates: [], cache: false, logits };
      session = await GraphSession.open(buildDecoder(this.config, this.weights, options), this.weights, this.settings);
    } else this.kept.delete(key);
    this.kept.set(key, session);
    return session;
  }
}

/** The inputs of a run of whole texts. @param rows texts of one length */
export function textFeeds(rows: readonly (readonly number[])[]): Record<string, Tensor> {
  const batch = rows.length;
  const n = rows[0]?.length ?? 0;
  const mask = new Float32Array(n * n);
  for (let query = 0; query < n; query++) mask.fill(MASKED, query * n + query + 1, (query + 1) * n);
  const positions = rows.flatMap(() => Array.from({ length: n }, (_, position) => position));
  return {
    ids: tensor.ids(rows.flat(), batch),
    positions: tensor.int64(positions, [batch, n]),
    causalMask: tensor.float32(mask, [n, n]),
    seqlens: tensor.int32(Array<number>(batch).fill(n - 1), [batch]),
    totalLength: tensor.int32([n], []),
    logitPositions: tensor.int64([n - 1], [1]),
  };
}

/** Ports at which nothing is put in. */
export function closedPorts(config: DecoderConfig, sites: readonly HookName[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const site of sites) {
    const width = hookWidth(config, site);
    feeds[portInput(site, 'mask')] = tensor.bool(new Uint8Array(1), [1, 1, 1]);
    feeds[portInput(site, 'value')] = tensor.float32(new Float32Array(width), [1, 1, width]);
  }
  return feeds;
}

/** @param rows what is put into each row of the batch */
function patchFeeds(length: number, rows: readonly (readonly Patch[])[]): Feeds {
  const feeds: Record<string, Tensor> = {};
  for (const hook of new Set(rows.flat().map((patch) => patch.hook))) {
    const here = rows.map((patches) => patches.filter((patch) => patch.hook === hook));
    const width = here.flat()[0]?.value.length ?? 0;
    const mask = new Uint8Array(rows.length * length);
    const value = new Float32Array(rows.length * length * width);
    here.forEach((patches, row) => {
      for (const patch of patches) {
        const at = row * length + patch.position;
        mask[at] = 1;
        value.set(patch.value, at * width);
      }
    });
    feeds[portInput(hook, 'mask')] = tensor.bool(mask, [rows.length, length, 1]);
    feeds[portInput(hook, 'value')] = tensor.float32(value, [rows.length, length, width]);
  }
  return feeds;
}

function editFeeds({ hook, rank, A, c, B, b }: AffineEdit): Feeds {
  const width = b.length;
  return {
    [portInput(hook, 'A')]: tensor.float32(A, [1, width, rank]),
    [portInput(hook, 'c')]: tensor.float32(c, [1, 1, rank]),
    [portInput(hook, 'B')]: tensor.float32(B, [1, rank, width]),
    [portInput(hook, 'b')]: tensor.float32(b, [1, 1, width]),
  };
}

/** The feeds that the pruned graph still has inputs for. */
function select(session: GraphSession, feeds: Feeds): Feeds {
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.has(name)));
}
