/**
 * Makes the probe that tells, token by token, which language the model is writing. It is fitted on code that the model
 * wrote itself, and layer, kind of probe and penalty are chosen on tasks of their own among the fit tasks; what is
 * reported is measured on the held-out tasks, by `lineFigures.ts`.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/artefact/json.ts';
import type { ArtefactManifest, ManifestDraft } from '../../core/artefact/manifest.ts';
import { UsageError } from '../../core/errors.ts';
import { residPost } from '../../core/graph/hooks.ts';
import { CORE_FIT_TASKS } from '../../core/language/prompts/fitTasks.ts';
import { CORE_HELD_OUT_TASKS } from '../../core/language/prompts/heldOutTasks.ts';
import type { CodingTask } from '../../core/language/prompts/task.ts';
import { PROBED_LANGUAGES } from '../../core/probes/question.ts';
import type { FitLinesParams } from '../../protocol/engineService.ts';
import { VERSION } from '../../protocol/version.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { modelRecord } from '../model/modelRecord.ts';
import type { ArtefactStore } from '../store/store.ts';
import type { WorkContext } from '../workContext.ts';
import { bodiesIn } from './bodies.ts';
import { bodyText, spread, tokensAt, type BodyText } from './bodyTokens.ts';
import { chooseLineProbe } from './chooseLineProbe.ts';
import { fitLayerProbes } from './layerProbes.ts';
import { measureLineProbe } from './lineFigures.ts';
import { LINE_PROBE_METHOD, probeTensors } from './lineProbe.ts';

/** Tokens of a body. */
const BODY_TOKENS = 96;
/** Tokens of a body that choosing sees, and the probes of all layers: neighbours say nearly the same. */
const CHOOSING_TOKENS = 12;
/** Tokens of a body that the fit sees in the end. */
const FIT_TOKENS = 20;
/** A body in fewer tasks than this share is too little to learn a language from. */
const LEAST_SHARE = 0.5;

/** @throws UsageError `no-code`; StoreError `name-exists` and the like before anything is run */
export async function fitLines(
  model: LoadedModel,
  { store, runs }: { readonly store: ArtefactStore; readonly runs: string },
  params: FitLinesParams,
  context: WorkContext,
): Promise<ArtefactManifest> {
  await store.assertSavable(params.name, params);
  const fitted = await writeBodies(model, CORE_FIT_TASKS, runs, context);
  const heldOut = await writeBodies(model, CORE_HELD_OUT_TASKS, runs, context);

  const { choice, layerProbes } = await probeLayers(model, fitted, context);
  const all = { fitted, heldOut, fitTokens: FIT_TOKENS, classes: PROBED_LANGUAGES.length, seed: params.seed };
  const { probe, figures } = await measureLineProbe(model, all, choice, context);
  return store.save(
    draft(model, params, fitted, choice.layer, {
      params: {
        languages: [...PROBED_LANGUAGES],
        kind: choice.kind,
        ...(choice.kind === 'logistic' ? { l2: choice.l2 } : {}),
        bodyTokens: BODY_TOKENS,
        tokensOfBody: FIT_TOKENS,
        tokensOfBodyByLayer: CHOOSING_TOKENS,
        fitTasks: CORE_FIT_TASKS.length,
        heldOutTasks: CORE_HELD_OUT_TASKS.length,
      },
      figures: { ...figures, byLayer: choice.byLayer.map((layer) => ({ ...layer })) },
    }),
    // What is said of the best layer is the same wherever it is said.
    probeTensors(
      probe,
      layerProbes.map((ofLayer, layer) => (layer === choice.layer ? probe : ofLayer)),
    ),
    { replace: params.replace, signal: context.signal },
  );
}

/** Chooses layer and kind, and fits a probe of that kind at every layer. The values of all layers are let go of at the end. */
async function probeLayers(model: LoadedModel, fitted: readonly BodyText[], context: WorkContext) {
  const hooks = Array.from({ length: model.config.layers }, (_, layer) => residPost(layer));
  const layers = await tokensAt(model, fitted, (text) => spread(text, CHOOSING_TOKENS), hooks, context);
  const choice = await chooseLineProbe(layers, PROBED_LANGUAGES.length, context);
  return { choice, layerProbes: await fitLayerProbes(layers, PROBED_LANGUAGES.length, choice, context) };
}

/** Bodies in each language for each task; tasks without code in a language are left out there. */
async function writeBodies(
  model: LoadedModel,
  tasks: readonly CodingTask[],
  runs: string,
  context: WorkContext,
): Promise<BodyText[]> {
  const texts: BodyText[] = [];
  for (const [label, language] of PROBED_LANGUAGES.entries()) {
    const bodies = await bodiesIn(model, language, tasks, { tokens: BODY_TOKENS, runs }, context);
    const usable = tasks
      .map((task, i) => bodyText(model, bodies[i], label, task.id))
      .filter(({ visible }) => visible.length > 0);
    if (usable.length < LEAST_SHARE * tasks.length)
      throw new UsageError(
        'no-code',
        `the model wrote code in ${language} for only ${usable.length} of ${tasks.length} tasks`,
        'A model that cannot write these languages has no probe of them.',
      );
    texts.push(...usable);
  }
  return texts;
}

function draft(
  model: LoadedModel,
  params: FitLinesParams,
  fitted: readonly BodyText[],
  layer: number,
  rest: { readonly params: JsonObject; readonly figures: JsonObject },
): ManifestDraft {
  const data = fitted.map(({ ids, label, task }) => [task, label, ...ids]);
  return {
    name: params.name,
    kind: 'probe',
    method: LINE_PROBE_METHOD,
    model: modelRecord(model),
    hook: 'resid_post',
    layers: [layer],
    positions: 'tokens of code that the model wrote: not white space, not the first of the text',
    chatTemplateHash: null,
    scope: 'all',
    surface: 'raw',
    strength: 1,
    seed: params.seed,
    dataHash: createHash('sha256').update(JSON.stringify(data)).digest('hex'),
    medianNorms: [],
    software: VERSION,
    ...rest,
  };
}
