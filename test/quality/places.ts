/**
 * The wrong-language rate of completions: `npm run quality:places`. 64 places in files of four languages, completed as the
 * editor completes them (the same places, plans and tidying), without steering, with automatic steering, and, beside it,
 * asked by name in a chat. The judge is guesslang, on the text that would be shown. Writes docs/figures/places.{json,md}.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { planCompletion, steeredPlace, type CompletionPlan, type CursorText } from '../../src/core/completion/plan.ts';
import { tidySuggestion } from '../../src/core/completion/tidy.ts';
import { askFor, languageNamed } from '../../src/core/language/languages.ts';
import { askInPrompt } from '../../src/core/language/openings.ts';
import { placeAt } from '../../src/core/places/findPlaces.ts';
import { chooseSteering, type AvailableDirection, type ChosenSteering } from '../../src/core/steering/choice.ts';
import { isValid, judgeCode } from '../../src/engine/judge/judge.ts';
import { createEngineService } from '../../src/engine/service/engineService.ts';
import { steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { STUDY_PLACES, type StudyPlace } from './placesData.ts';
import { placesPage, type Completed, type Way } from './placesPage.ts';

const MAX_TOKENS = 96;
const WAYS: readonly Way[] = ['off', 'answer', 'auto', 'named'];

const engine = createEngineService();
const context = { signal: new AbortController().signal, emit: () => undefined };
const home = steerscopeHome();
const model = await engine.open({ model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, get: true }, context);
const directions = await knownDirections();

const completed: Completed[] = [];
for (const way of WAYS) {
  for (const place of STUDY_PLACES) completed.push(await complete(place, way));
  const own = completed.filter((one) => one.way === way);
  console.log(`${way}: ${own.filter(({ language, own: file }) => language === file).length} of ${own.length}`);
}
write();

async function knownDirections(): Promise<AvailableDirection[]> {
  const manifests = await engine.artefacts({ home }, context);
  return manifests
    .filter(({ kind, model: made }) => kind === 'steering' && made.fingerprint === model.fingerprint)
    .map(({ name, surface = 'answer', target }) => {
      const language = target === undefined ? undefined : languageNamed(target)?.id;
      return { name, surface, ...(language ? { language } : {}) };
    });
}

async function complete({ id, language, surroundings, before, after }: StudyPlace, way: Way): Promise<Completed> {
  const place = placeAt(before + after, before.length, language);
  if (place === undefined) throw new Error(`${id} is no place`);
  const cursor: CursorText = { before, after, place, language };
  const plan = planCompletion(cursor, steeringFor(way, cursor), model, MAX_TOKENS);
  if (plan === undefined) throw new Error(`${id} has no plan`);
  const text = await generate(plan, way === 'named' ? askInPrompt(plan.prompt, askFor(language)) : plan.prompt);
  const suggestion = tidySuggestion(text, plan, cursor)?.text ?? '';
  const facts = { id, own: language, surroundings, way, surface: plan.surface, text: suggestion };
  if (suggestion.trim() === '') return { ...facts, language: 'none', isValid: false };
  const verdict = await judgeCode(suggestion);
  return { ...facts, language: verdict.language, isValid: isValid(verdict, language) };
}

function steeringFor(way: Way, cursor: CursorText): ChosenSteering {
  if (way === 'answer' || way === 'named') return { surface: 'answer', steer: [] };
  const choice = way === 'off' ? ({ kind: 'off' } as const) : ({ kind: 'auto', strength: 1 } as const);
  return chooseSteering(choice, steeredPlace(cursor), directions);
}

async function generate({ options }: CompletionPlan, prompt: string): Promise<string> {
  const [{ text }] = await engine.generate({ prompts: [{ id: 'place', prompt }], options }, context);
  return text;
}

function write(): void {
  const folder = fileURLToPath(new URL('../../docs/figures', import.meta.url));
  const about = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(thisMachine()),
    command: 'npm run quality:places',
    maxTokens: MAX_TOKENS,
    directions: directions.map(({ name, surface }) => `${name} (${surface})`),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/places.json`, `${JSON.stringify({ about, completed }, null, 1)}\n`);
  writeFileSync(`${folder}/places.md`, placesPage(about, completed));
}
