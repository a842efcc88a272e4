/**
 * Collects the activations of a corpus at one hook: texts to tokens to windows to batches to rows to shards. The graph that
 * runs ends at the hook. What is run is fixed beforehand by a plan, which a run that was broken off finds in the store.
 */
import { join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { blockHook, hookShape, hookWidth, type HookName } from '../../core/graph/hooks.ts';
import type { CollectionPlan, MassiveRule, StoreManifest } from '../../core/sae/activationManifest.ts';
import { MASSIVE_MULTIPLE, countedPositions, rowNorms } from '../../core/sae/massive.ts';
import { massiveThreshold } from '../../core/sae/activationManifest.ts';
import { chunksOf, rowsIn, type PlannedBatch, type PlannedChunk } from '../../core/sae/corpus/windows.ts';
import { quantile } from '../../core/stats/quantiles.ts';
import { makeFolder } from '../../files/atomic.ts';
import { withLock } from '../../files/lock.ts';
import type { SaeCollectParams } from '../../protocol/saeCollectTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import type { CollectedWindow } from './activationShard.ts';
import {
  ActivationWriter,
  LOCK_FILE,
  assertDiskHas,
  assertSamePlan,
  readStoreManifest,
  storeBytes,
  type WriterOptions,
} from './activationWriter.ts';
import { layOutBuffers, type BufferLayout } from './buffers.ts';
import type { Corpus, CorpusText } from './corpus/corpus.ts';
import { planCollection } from './planCollection.ts';

/** Norms are measured on so many batches before the first row is kept. */
const MEASURED_BATCHES = 4;

export interface Collected {
  readonly manifest: StoreManifest;
  readonly buffers: BufferLayout;
  /** Tokens of the corpus that this call ran, and how long it took. */
  readonly run: { readonly tokens: number; readonly ms: number };
}

/**
 * Fills the store, or goes on with one that has the same plan; returns at once where that is complete.
 * @throws UsageError `unknown-hook`, `bad-hook`, `memory-too-small`; StoreError `other-collection`, `disk-too-small`,
 * `corpus-changed`, `not-a-store`; CancelledError between two batches, after which it can be gone on with
 */
export async function collectActivations(
  model: LoadedModel,
  corpus: Corpus,
  params: SaeCollectParams,
  context: WorkContext,
): Promise<Collected> {
  const hook = hookOf(model, params);
  const buffers = layOutBuffers({ ...params, dIn: hookWidth(model.config, hook) });
  const out = resolve(params.out);
  const before = await readStoreManifest(out);
  const where = { hook: params.hook.replace(/^hook_/, ''), dIn: hookWidth(model.config, hook) };
  const plan = await planCollection(model, corpus, { ...params, ...where }, context);
  if (before) assertSamePlan(out, before, plan);
  await makeFolder(out);
  return withLock(
    join(out, LOCK_FILE),
    async () => {
      // Another process may have gone on while this one waited for it.
      const there = await readStoreManifest(out);
      const run = new Run(model, hook, plan, corpus, context);
      if (there?.complete) return { manifest: there, buffers, run: { tokens: 0, ms: 0 } };
      await assertDiskHas(out, bytesToCome(plan, there));
      const options: WriterOptions = { ...buffers, signal: context.signal };
      const writer = there
        ? await ActivationWriter.resume(out, there, options)
        : await ActivationWriter.begin(out, plan, await run.measureNorms(), options);
      return { ...(await run.writeAll(writer)), buffers };
    },
    { signal: context.signal },
  );
}

function bytesToCome(plan: CollectionPlan, there: StoreManifest | undefined): number {
  const rows = plan.files.reduce((sum, { tokens }) => sum + rowsIn(tokens, plan), 0);
  const written = there?.shards.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  return Math.max(0, storeBytes(plan, rows) - written);
}

/** @throws UsageError `unknown-hook`; `bad-hook` for one that has no value for each token */
function hookOf({ config }: LoadedModel, { hook, layer }: SaeCollectParams): HookName {
  if (layer >= config.layers)
    throw new UsageError('bad-layers', `there is no layer ${layer}: this model has 0 to ${config.layers - 1}`);
  const name = blockHook(layer, hook.includes('hook_') ? hook : `hook_${hook}`);
  const [first, ...others] = hookShape(config, name, 7);
  if (first === 7 && !others.includes(7)) return name;
  throw new UsageError('bad-hook', `${hook} has no value for each token`, 'Take resid_post, mlp_out or attn_out.');
}

class Run {
  readonly #texts: ReadonlyMap<string, CorpusText>;

  constructor(
    readonly model: LoadedModel,
    readonly hook: HookName,
    readonly plan: CollectionPlan,
    readonly corpus: Corpus,
    readonly context: WorkContext,
  ) {
    this.#texts = new Map(corpus.texts.map((text) => [text.path, text]));
  }

  /** The median of the norms of the first batches that are trained on; of those held out where there are no others. */
  async measureNorms(): Promise<MassiveRule> {
    const norms: number[] = [];
    let batches = 0;
    const chunks = [...chunksOf(this.plan)];
    const trained = chunks.filter((chunk) => chunk.batches[0]?.part === 'train');
    for (const chunk of trained.length > 0 ? trained : chunks) {
      const texts = await this.#tokensOf(chunk);
      for (const batch of chunk.batches) {
        if (batches === MEASURED_BATCHES) break;
        this.#tell('measuring norms', batches++, MEASURED_BATCHES, 'runs');
        for (const { values } of await this.#runBatch(batch, texts))
          norms.push(...rowNorms(values, this.plan.dIn).subarray(1));
      }
      if (batches >= MEASURED_BATCHES) break;
    }
    return { multiple: MASSIVE_MULTIPLE, medianNorm: norms.length === 0 ? 0 : quantile(norms, 0.5) };
  }

  async writeAll(writer: ActivationWriter): Promise<Pick<Collected, 'manifest' | 'run'>> {
    const total = this.plan.files.reduce((sum, { tokens }) => sum + tokens, 0);
    const startMs = performance.now();
    let [skipped, done] = [0, 0];
    for (const chunk of chunksOf(this.plan)) {
      const left = chunk.batches.filter((_, i) => chunk.first + i >= writer.manifest.batchesDone);
      skipped += tokensIn(chunk.batches) - tokensIn(left);
      if (left.length === 0) continue;
      const texts = await this.#tokensOf({ ...chunk, batches: left });
      for (const batch of left) {
        this.#tell('collecting activations', skipped + done, total, 'tokens');
        await this.#writeBatch(writer, batch, texts);
        done += tokensIn([batch]);
      }
    }
    const manifest = await writer.finish();
    return { manifest, run: { tokens: done, ms: performance.now() - startMs } };
  }

  #tell(phase: string, done: number, total: number, unit: string): void {
    this.context.emit({ kind: 'progress', phase, done, total, unit });
  }

  async #writeBatch(writer: ActivationWriter, batch: PlannedBatch, texts: ChunkTexts): Promise<void> {
    await writer.enter(batch.part);
    const threshold = massiveThreshold(writer.manifest.massive);
    for (const [i, { ids, values }] of (await this.#runBatch(batch, texts)).entries()) {
      const { file, start } = batch.windows[i];
      const norms = rowNorms(values, this.plan.dIn);
      const counted = countedPositions(norms, threshold);
      const offsets = [...ids.keys()].filter((offset) => counted[offset] === 1);
      const window: CollectedWindow = { file, start, ids, offsets };
      const kept = offsets.map((offset) => norms[offset]);
      writer.add(window, values, kept, ids.length - 1 - offsets.length);
    }
    await writer.endBatch();
  }

  /** Each window of a batch: its ids, and the values at each of them, [ids, dIn]. */
  async #runBatch(batch: PlannedBatch, texts: ChunkTexts): Promise<{ ids: number[]; values: Float32Array }[]> {
    await letMessagesIn(this.context.signal);
    const { bosId } = this.model.tokenizer;
    const rows = batch.windows.map(({ file, start, tokens }) => [
      ...(this.plan.bos && bosId !== undefined ? [bosId] : []),
      ...(texts.get(file) ?? []).slice(start, start + tokens),
    ]);
    // What a row is filled up with matters to none of its tokens: they come before it.
    const filled = rows.map((ids) => [...ids, ...Array<number>(batch.length - ids.length).fill(0)]);
    const run = await this.model.observed.runRows(filled, [this.hook]);
    const values = run.get(this.hook) ?? new Float32Array(0);
    const { dIn } = this.plan;
    return rows.map((ids, row) => {
      const from = row * batch.length * dIn;
      return { ids, values: values.subarray(from, from + ids.length * dIn) };
    });
  }

  /** The tokens of the files of a chunk, as far as the plan reads them. */
  async #tokensOf({ batches }: PlannedChunk): Promise<ChunkTexts> {
    const texts = new Map<number, Int32Array>();
    for (const { file } of batches.flatMap(({ windows }) => windows)) {
      const text = this.#texts.get(this.plan.files[file].path);
      if (texts.has(file) || text === undefined) continue;
      const ids = this.model.tokenizer.encode(await this.corpus.read(text));
      texts.set(file, Int32Array.from(ids.slice(0, this.plan.files[file].tokens)));
      await letMessagesIn(this.context.signal);
    }
    return texts;
  }
}

/** Tokens by file of the plan. */
type ChunkTexts = ReadonlyMap<number, Int32Array>;

function tokensIn(batches: readonly PlannedBatch[]): number {
  return batches.flatMap(({ windows }) => windows).reduce((sum, { tokens }) => sum + tokens, 0);
}
