/**
 * A model that is ready to run: its file, tokenizer, packed weights and sessions. Opening checks everything that can be
 * checked before memory is taken. It belongs to one engine process and lives as long as that.
 */
import { join } from 'node:path';
import type { CheckedModel } from '../../core/architectures/spec.ts';
import { detectArchitecture } from '../../core/architectures/index.ts';
import { ModelError, UsageError } from '../../core/errors.ts';
import { readGguf } from '../../core/format/gguf/readGguf.ts';
import type { GgufFile } from '../../core/format/gguf/types.ts';
import { compileChatTemplate, type ChatTemplate } from '../../core/tokenizer/chat/chatTemplate.ts';
import { createTokenizer, type Tokenizer } from '../../core/tokenizer/index.ts';
import { planWeights, type Precision } from '../../core/weights/plan.ts';
import type { ModelSummary, OpenParams } from '../../protocol/engineService.ts';
import { openFileSource, type FileSource } from '../fileSource.ts';
import { homeFolders } from '../../files/paths.ts';
import { DEFAULT_MODEL, findModel } from '../../core/models/catalogue.ts';
import { getModel } from '../models/getModel.ts';
import { locateModel } from '../models/locate.ts';
import type { LocatedModel, ModelProgress } from '../models/source.ts';
import { ExactHead } from '../session/exactHead.ts';
import type { SessionSettings } from '../session/graphSession.ts';
import { MainSession } from '../session/mainSession.ts';
import { ObservedSessions } from '../session/observedSession.ts';
import { packModel, type PackedModel } from '../weights/packedModel.ts';
import { modelFingerprint } from './fingerprint.ts';
import { assertFitsMemory, availableMemory, estimateMemory } from './memory.ts';
import type { WorkContext } from '../workContext.ts';

/** Everything but the sessions: what can be known of a model without loading it. */
export interface ModelFile extends CheckedModel {
  readonly located: LocatedModel;
  readonly source: FileSource;
  readonly file: GgufFile;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | null;
  readonly fingerprint: string;
}

export interface LoadedModel extends ModelFile {
  readonly summary: ModelSummary;
  readonly packed: PackedModel;
  readonly settings: SessionSettings;
  readonly main: MainSession;
  readonly observed: ObservedSessions;
  /** Present where the sessions' own logits are approximate. */
  readonly exactHead: ExactHead | null;
}

/** Finds, checks, packs and loads a model. @throws every error of its parts, each with advice; CancelledError */
export async function openModel(params: OpenParams, context: WorkContext): Promise<LoadedModel> {
  const modelFile = await openModelFile(params, context);
  return loadModel(modelFile, params, context);
}

/** Finds and checks a model without loading it. */
export async function openModelFile(params: OpenParams, context: WorkContext): Promise<ModelFile> {
  const located = await locate(params, context);
  const source = openFileSource(located.path);
  const file = readGguf(source);
  const checked = detectArchitecture(file);
  const tokenizer = createTokenizer(file.metadata);
  if (tokenizer.vocabSize !== checked.config.vocab)
    throw new ModelError(
      'vocabulary-mismatch',
      `the tokenizer has ${tokenizer.vocabSize} tokens and the embedding ${checked.config.vocab} rows`,
      'The file is damaged or was converted wrongly: get it again.',
    );
  const template = tokenizer.chatTemplate === undefined ? null : compileChatTemplate(tokenizer.chatTemplate);
  const fingerprint = modelFingerprint(located.sha256, checked.config, tokenizer);
  return { ...checked, located, source, file, tokenizer, template, fingerprint };
}

/** Packs where needed, and loads. Several precisions of one file may be loaded at once. */
export async function loadModel(
  modelFile: ModelFile,
  params: Pick<OpenParams, 'precision' | 'threads' | 'home'>,
  { signal, emit }: WorkContext,
): Promise<LoadedModel> {
  const { file, source, located, config } = modelFile;
  const plan = planWeights(file, modelFile, params.precision);
  assertFitsMemory(estimateMemory(config, plan), availableMemory());
  const packed = await packModel(source, file, plan, {
    directory: join(homeFolders(params.home).packed, located.sha256.slice(0, 16)),
    signal,
    onProgress: ({ doneBytes, totalBytes }) =>
      emit({ kind: 'progress', phase: 'preparing weights', done: doneBytes, total: totalBytes, unit: 'bytes' }),
  });
  const settings = { threads: params.threads };
  const exactHead = params.precision === 'exact' ? null : new ExactHead(source, file, modelFile);
  const main = await MainSession.create(
    config,
    packed,
    { ...settings, int8Tokens: params.precision === 'int8' },
    exactHead,
  );
  const observed = new ObservedSessions(config, packed, settings);
  globalThis.gc?.(); // what building and reading left behind; there in an engine process
  return { ...modelFile, summary: summarise(modelFile, params.precision), packed, settings, main, observed, exactHead };
}

const PHASES: Record<ModelProgress['phase'], string> = {
  wait: 'waiting for another window that is getting the model',
  download: 'getting the model',
  unpack: 'unpacking the model',
  verify: 'verifying the model',
};

async function locate(params: OpenParams, { signal, emit }: WorkContext): Promise<LocatedModel> {
  const onProgress = ({ phase, doneBytes, totalBytes }: ModelProgress) =>
    emit({
      kind: 'progress',
      phase: PHASES[phase],
      done: doneBytes,
      ...(totalBytes > 0 ? { total: totalBytes } : {}),
      unit: 'bytes',
    });
  const entry = findModel(params.model);
  if (params.get && entry) return getModel(entry, { home: params.home, signal, onProgress });
  if (params.get && !entry)
    throw new UsageError(
      'nothing-to-get',
      `"${params.model}" is not a model of the catalogue, so there is nothing to get`,
      `The catalogue has ${DEFAULT_MODEL.name}; a path to a .gguf is used as it is, without --get.`,
    );
  const located = await locateModel(params.model, { home: params.home, signal, onProgress });
  if (located === null)
    throw new ModelError(
      'model-not-here',
      `the model ${params.model} is not on this machine yet`,
      'Run `steerscope model --get` to get it (98 MB), or give --model PATH to a local .gguf.',
    );
  return located;
}

/** The model as front ends see it. */
export function summarise(model: ModelFile, precision: Precision): ModelSummary {
  const { config, located, file } = model;
  const weightTypes: Record<string, number> = {};
  for (const { type } of file.tensors.values()) weightTypes[type] = (weightTypes[type] ?? 0) + 1;
  const { architecture, layers, dModel, heads, kvHeads, headWidth, vocab, context } = config;
  const shape = { architecture, layers, dModel, heads, kvHeads, headWidth, vocab, context };
  const { name, path, sha256 } = located;
  const infill = model.tokenizer.infill !== undefined;
  return { name, path, sha256, ...shape, weightTypes, precision, fingerprint: model.fingerprint, infill };
}
