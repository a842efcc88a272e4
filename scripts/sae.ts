/**
 * Makes the autoencoder that ships with Steerscope, on the default model: `npm run fit:sae`, after `npm run sae:corpus`. Each step
 * is kept in `.cache/sae-corpus` and skipped when it is there, so that the same call goes on after it was broken off; to make a step
 * anew, remove what it made. By hand the same is, with `--store .cache/sae-corpus/store` for the training and
 * `--store .cache/sae-corpus/shipped` from the evidence on:
 *
 *     steerscope sae collect --layer 16 --corpus .cache/sae-corpus/files --out .cache/sae-corpus/activations --tokens 2400000
 *     steerscope sae train --activations .cache/sae-corpus/activations --name code-16 --k 32 --lr 0.001 --steps 6300 --resume
 *     (the matrices are rounded, by `npm run fit:sae`: an artefact of `store` becomes one of `shipped`)
 *     steerscope sae evidence code-16 --corpus .cache/sae-corpus/files --tokens 400000 --window 512 --contexts 6
 *     steerscope sae eval code-16 --activations .cache/sae-corpus/activations --json > .cache/sae-corpus/eval-activations.json
 *     steerscope sae eval code-16 --corpus .cache/sae-corpus/files --max-tokens 40000 --json > .cache/sae-corpus/eval-corpus.json
 *
 * and then the artefact with its evidence and labels goes to `media/saes`, and its card to `docs/figures/sae.md` and `sae.json`.
 */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectiveCounts } from '../src/core/sae/evidenceList.ts';
import { steerscopeHome } from '../src/files/paths.ts';
import { describeMachine } from '../src/cli/machine.ts';
import { createEngineService } from '../src/engine/service/engineService.ts';
import { featureFolder } from '../src/engine/sae/features/featureFolder.ts';
import { EVIDENCE_FILE } from '../src/engine/sae/features/featureFiles.ts';
import { repackSae } from '../src/engine/sae/saeArtefact.ts';
import { openStore } from '../src/engine/store/store.ts';
import { DEFAULT_MODEL_NAME } from '../src/protocol/defaults.ts';
import type { Progress } from '../src/protocol/engineService.ts';
import type { SaeEvalParams, SaeEvalResult } from '../src/protocol/saeTypes.ts';
import { layOut } from './lib/layOutSae.ts';
import { cardOf } from './lib/saeCard.ts';

const NAME = 'code-16';
const COLLECTED = { hook: 'resid_post', layer: 16, tokens: 2_400_000, window: 256, batch: 4, seed: 0 } as const;
const TRAINED = {
  architecture: 'topk',
  k: 32,
  steps: 6300,
  learningRate: 1e-3,
  memoryBytes: 512e6,
  checkpointMinutes: 2,
  seed: 0,
} as const;
const LOOKED_AT = { tokens: 400_000, windowTokens: 512, contexts: 6, seed: 0 } as const;
const EVALUATED = { name: NAME, window: 256, maxTokens: 40_000, seed: 0 } as const;

const rooted = (place: string): string => fileURLToPath(new URL(`../${place}`, import.meta.url));
const cache = (place: string): string => rooted(`.cache/sae-corpus/${place}`);
const [corpus, activations] = [cache('files'), cache('activations')];
const store = openStore(cache('store'));
const shipped = openStore(cache('shipped'));

const model = { model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home: steerscopeHome() } as const;
let shown = '';
const context = {
  signal: new AbortController().signal,
  emit: (event: unknown) => report(event as Progress),
};

if (!existsSync(corpus)) throw new Error(`there is no corpus in ${corpus}: make it with npm run sae:corpus`);
const engine = createEngineService((_, line) => console.error(line));

await engine.open({ ...model, store: store.folder, get: true }, context);
const collected = await engine.saeCollect(
  { ...COLLECTED, corpus: { kind: 'folder', folder: corpus }, out: activations, dtype: 'float16', memoryBytes: 256e6 },
  context,
);
if (!(await has(store)))
  await engine.saeTrain({ ...TRAINED, activations, name: NAME, replace: false, resume: true }, context);

await engine.open({ ...model, store: shipped.folder, get: false }, context);
// What ships is rounded, and evidence and figures are those of what ships.
if (!(await has(shipped))) await repackSae(store, shipped, NAME, 'int8');
if (!(await hasEvidence())) await engine.saeEvidence({ ...LOOKED_AT, name: NAME, corpus, heldOut: true }, context);
const onRows = await evaluated('eval-activations.json', { kind: 'activations', folder: activations });
const onText = await evaluated('eval-corpus.json', { kind: 'corpus', folder: corpus });

const { bytes } = await layOut(shipped, NAME, rooted('media/saes'));
const { home } = model;
const list = { home, store: shipped.folder, name: NAME, sort: 'index', limit: Number.MAX_SAFE_INTEGER } as const;
const { card, features } = await engine.saeFeatures(list, context);
const evidence = { card, selective: selectiveCounts(features, card.languages) };
const manifest = await shipped.show(NAME);
const facts = { manifest, collected, evidence, onRows, onText, bytes, machine: describeMachine() };
await fs.writeFile(rooted('docs/figures/sae.json'), `${JSON.stringify(facts, null, 2)}\n`);
await fs.writeFile(rooted('docs/figures/sae.md'), cardOf(facts));
console.log(`${NAME}: ${(bytes / 1e6).toFixed(1)} MB in media/saes`);

async function has(place: typeof store): Promise<boolean> {
  return (await place.list()).artefacts.some(({ name }) => name === NAME);
}

async function hasEvidence(): Promise<boolean> {
  return existsSync(path.join(featureFolder(shipped, await shipped.show(NAME)), EVIDENCE_FILE));
}

async function evaluated(file: string, on: SaeEvalParams['on']): Promise<SaeEvalResult> {
  const place = cache(file);
  if (existsSync(place)) return JSON.parse(await fs.readFile(place, 'utf8')) as SaeEvalResult;
  const result = await engine.saeEval({ ...EVALUATED, on }, context);
  await fs.writeFile(place, `${JSON.stringify(result)}\n`);
  return result;
}

function report({ kind, phase, done, total }: Progress): void {
  if (kind !== 'progress' || phase === shown) return;
  shown = phase;
  console.error(`${phase}: ${done} of ${total ?? '?'}`);
}
