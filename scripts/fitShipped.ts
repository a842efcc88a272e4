/**
 * Fits the directions that ship with Steerscope, on the default model: `npm run fit:shipped [-- NAME ...]`, where a NAME is
 * a language (`cpp`: for answers) or a language with `-raw` behind it (`cpp-raw`: for raw text). Only the layers that a
 * direction acts in are kept, so that each is a few kilobytes. Takes about two minutes a direction.
 */
import { fileURLToPath } from 'node:url';
import type { ManifestDraft } from '../src/core/artefact/manifest.ts';
import { findLanguage, type LanguageId } from '../src/core/language/languages.ts';
import type { Surface } from '../src/core/steering/choice.ts';
import { steerscopeHome } from '../src/files/paths.ts';
import { createEngineService } from '../src/engine/service/engineService.ts';
import { isOfLayer } from '../src/engine/store/steeringTensors.ts';
import { openStore } from '../src/engine/store/store.ts';
import { DEFAULT_METHOD, DEFAULT_MODEL_NAME, DEFAULT_SOURCE_LANGUAGE } from '../src/protocol/defaults.ts';
import type { Progress } from '../src/protocol/engineService.ts';

const NAMES = ['cpp', 'rust', 'java', 'javascript', 'cpp-raw', 'java-raw', 'python-raw'];

let shown = '';
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : NAMES;
const home = steerscopeHome();
const workshop = openStore(fileURLToPath(new URL('../.cache/shipped', import.meta.url)));
const shipped = openStore(fileURLToPath(new URL('../media/directions', import.meta.url)));
const engine = createEngineService();
const context = {
  signal: new AbortController().signal,
  emit: (event: unknown) => report(event as Progress),
};

await engine.open(
  {
    model: DEFAULT_MODEL_NAME,
    precision: 'fast',
    threads: 2,
    home,
    store: fileURLToPath(new URL('../.cache/shipped', import.meta.url)),
    get: true,
  },
  context,
);
for (const name of names) {
  const surface = name.endsWith('-raw') ? 'raw' : 'answer';
  const target = findLanguage(name.replace(/-raw$/, '')).id;
  const contrast = { kind: 'language', target, ...sourceOf(target, surface) } as const;
  const params = { method: DEFAULT_METHOD, surface, contrast, name, replace: true, seed: 0 } as const;
  await engine.fit(params, context);
  const { manifest, tensors } = await workshop.load(name);
  const kept = new Map([...tensors].filter(([name]) => manifest.layers.some((layer) => isOfLayer(name, layer))));
  const { schemaVersion: _version, id: _id, createdAt: _created, tensors: _tensors, ...draft } = manifest;
  await shipped.save(draft satisfies ManifestDraft, kept, { replace: true });
  console.log(`${name}: layers ${manifest.layers.join(', ')}, strength ${manifest.strength}, ${manifest.scope}`);
}

/** Away from Python, which the model answers in unless steered; from C++ where Python is the target. Raw text: from nothing. */
function sourceOf(target: LanguageId, surface: Surface): { readonly source?: LanguageId } {
  if (surface === 'raw') return {};
  return { source: target === DEFAULT_SOURCE_LANGUAGE ? 'cpp' : DEFAULT_SOURCE_LANGUAGE };
}

function report({ kind, phase, done, total }: Progress): void {
  if (kind !== 'progress' || phase === shown) return;
  shown = phase;
  console.error(`${phase}: ${done} of ${total ?? '?'}`);
}
