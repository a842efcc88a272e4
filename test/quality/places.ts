/**
 * The wrong-language rate of completions: `npm run quality:places`. Places in files of seven languages (`placesData.ts`),
 * completed as the editor completes them, at its 32 tokens and at 96: as raw text without looking for places, with steering
 * off, with automatic steering, and with the language named in a chat. Writes docs/figures/places.{json,md}.
 *
 * `npm run quality:places -- --tune [STRENGTH ...]` does the same at the tuning places, with automatic steering at each of
 * the strengths, in other ways that it might go, and with the directions that `npm run fit:shipped` made here and that do
 * not ship. It writes docs/figures/places-tuning.{json,md}: what choices about automatic steering are made by.
 *
 * Otherwise only directions that ship steer. Texts are kept in .cache/quality, so that a run that is broken off goes on where it was;
 * about 20 minutes on two idle cores.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngineService } from '../../src/engine/service/engineService.ts';
import { steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { KeptTexts } from './keptTexts.ts';
import { CONTROL_PLACES, STUDY_PLACES, TUNING_PLACES } from './placesData.ts';
import { isWrong, placesPage, type Completed } from './placesPage.ts';
import { PlaceStudy, WAYS, alternatives, auto, available } from './placesRun.ts';

/** The editor's default for ghost text; and enough for a judge to tell. */
const LENGTHS = [96, 32];

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const [flag, ...strengths] = process.argv.slice(2);
const isTuning = flag === '--tune';

const engine = createEngineService();
const context = { signal: new AbortController().signal, emit: () => undefined };
// Not the store of whoever runs this: what is in it must not steer.
const store = here(isTuning ? '.cache/shipped' : '.cache/none');
const opening = {
  model: DEFAULT_MODEL_NAME,
  precision: 'fast',
  threads: 2,
  home: steerscopeHome(),
  store,
  get: true,
} as const;
const model = await engine.open(opening, context);
const manifests = await engine.artefacts({ home: steerscopeHome(), store }, context);
const shipped = await engine.artefacts({ home: steerscopeHome(), store: here('.cache/none') }, context);
const directions = available(shipped, model.fingerprint);
const study = new PlaceStudy(
  { model, generate: (params) => engine.generate(params, context) },
  manifests,
  directions,
  new KeptTexts(here('.cache/quality/places.jsonl')),
);

const completed: Completed[] = [];
const places = [...(isTuning ? TUNING_PLACES : STUDY_PLACES), ...CONTROL_PLACES];
const ways = isTuning
  ? [
      ...WAYS,
      ...strengths.map((strength) => auto(Number(strength))),
      ...alternatives(available(manifests, model.fingerprint)),
    ]
  : WAYS;
for (const maxTokens of isTuning ? LENGTHS.slice(0, 1) : LENGTHS)
  for (const way of ways) {
    const own = await study.complete(places, way, maxTokens);
    completed.push(...own);
    console.log(`${way.name}, ${maxTokens} tokens: wrong ${own.filter(isWrong).length} of ${own.length}`);
    write();
  }

function write(): void {
  const name = isTuning ? 'places-tuning' : 'places';
  const about = {
    machine: describeMachine(thisMachine()),
    command: `npm run quality:places${isTuning ? ` -- --tune ${strengths.join(' ')}`.trimEnd() : ''}`,
    directions: directions.map((one) => `${one.name} (${one.surface})`),
  };
  const tasks = isTuning
    ? 'The tasks are of the fit split: choices about automatic steering are made on them.'
    : 'The tasks are held out: nothing was fitted, tuned or chosen on them.';
  const title = isTuning ? 'Automatic steering at places of the fit split' : 'Completions in the wrong language';
  mkdirSync(here('docs/figures'), { recursive: true });
  const records = completed.map((one) => JSON.stringify(one)).join(',\n');
  writeFileSync(here(`docs/figures/${name}.json`), `{"about":${JSON.stringify(about)},"completed":[\n${records}\n]}\n`);
  writeFileSync(here(`docs/figures/${name}.md`), placesPage({ ...about, tasks }, title, completed));
}
