/** What is compared: a prompt, how it is asked for, and the two steerings; from a typed prompt, a selection or a completion. */
import { NEUTRAL_OPENING } from '../../../core/language/openings.ts';
import type { CompletionPlan } from '../../../core/completion/plan.ts';
import { findPlaces } from '../../../core/places/findPlaces.ts';
import type { ChosenSteering, Surface } from '../../../core/steering/choice.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import type { CompareOptions, CompareParams, CompareSide } from '../../../protocol/compareTypes.ts';
import { COMPARE_TOP, PARTING_THRESHOLD } from '../../../protocol/defaults.ts';
import { measureOptions } from '../../../protocol/measureOptions.ts';
import {
  MAX_PROMPT_CHARACTERS,
  MAX_TOKENS,
  type CompareDirection,
  type CompareSettings,
  type SideSettings,
} from '../../../protocol/panels/compare.ts';
import type { DirectionCatalogue, KnownDirection } from '../../directions/catalogue.ts';

/** Settings, and the options of a completion where they are its. */
export interface Subject {
  readonly settings: CompareSettings;
  /** Those that the prompt was asked with; absent for prompts that are typed. */
  readonly completion?: CompareOptions;
}

const OFF: SideSettings = { direction: null, strength: 1 };

/** Raw text repeats its own names, and must be free to; as completions are asked for. */
const RAW_PENALTY = 1;

export const FIRST_SETTINGS: CompareSettings = {
  prompt: '',
  surface: 'answer',
  a: OFF,
  b: OFF,
  maxTokens: measureOptions.maxTokens,
  read: 'a',
};

/** What the engine is asked. */
export function paramsOf({ settings, completion }: Subject): CompareParams {
  const { prompt, surface, maxTokens, a, b } = settings;
  const options = completion ? { ...completion, maxTokens } : typedOptions(surface, maxTokens);
  return { prompt, options, a: sideOf(a), b: sideOf(b), threshold: PARTING_THRESHOLD, top: COMPARE_TOP };
}

/** As answers are measured: greedy, and where it is a chat opened neutrally. */
function typedOptions(surface: Surface, maxTokens: number): CompareOptions {
  const { temperature, topP, topK, repeatPenalty, stop, ignoreEos, seed } = measureOptions;
  const shared = { maxTokens, temperature, topP, topK, stop, ignoreEos, seed };
  return surface === 'answer'
    ? { mode: 'auto', prefill: NEUTRAL_OPENING, repeatPenalty, ...shared }
    : { mode: 'raw', repeatPenalty: RAW_PENALTY, ...shared };
}

function sideOf({ direction, strength }: SideSettings): CompareSide {
  return { steer: direction === null ? [] : [{ name: direction, strength }] };
}

/** True where the same prompt is asked the same way: the options of a completion go with that. */
export function isSamePrompt(a: CompareSettings, b: CompareSettings): boolean {
  return a.prompt === b.prompt && a.surface === b.surface;
}

/** A completion as it was planned: unsteered against what steered it, or against a direction where nothing did. */
export function subjectOfPlan(
  { prompt, surface, options }: Pick<CompletionPlan, 'prompt' | 'surface' | 'options'>,
  directions: Pick<DirectionCatalogue, 'all'>,
): Subject {
  const { batch: _batch, steer, ...completion } = options;
  const [first] = steer;
  const b = first ? { direction: first.name, strength: first.strength } : usual(surface, directions);
  const maxTokens = Math.min(completion.maxTokens, MAX_TOKENS);
  return {
    settings: { ...FIRST_SETTINGS, prompt: prompt.slice(-MAX_PROMPT_CHARACTERS), surface, b, maxTokens },
    completion,
  };
}

/** A selection: what it asks for as a chat, or where it asks for nothing as text to be continued. */
export function subjectOfSelection(
  text: string,
  languageId: string,
  directions: Pick<DirectionCatalogue, 'all'>,
  steering?: ChosenSteering,
): Subject {
  const asked = findPlaces(text, languageId).find(({ instruction }) => instruction !== '')?.instruction;
  const surface = asked === undefined ? 'raw' : 'answer';
  const [first] = steering?.surface === surface ? steering.steer : [];
  const b = first ? { direction: first.name, strength: first.strength } : usual(surface, directions);
  // What is continued is continued at its end.
  const prompt = asked?.slice(0, MAX_PROMPT_CHARACTERS) ?? text.slice(-MAX_PROMPT_CHARACTERS);
  return { settings: { ...FIRST_SETTINGS, prompt, surface, b } };
}

/** The direction that the program is known for, where one fits. */
export function usual(surface: Surface, { all }: Pick<DirectionCatalogue, 'all'>): SideSettings {
  const fitting = all.filter((direction) => direction.surface === surface);
  const found = fitting.find(({ language }) => language === 'cpp') ?? fitting[0];
  return { direction: found?.name ?? null, strength: 1 };
}

/** Without directions that are gone. */
export function available(settings: CompareSettings, { all }: Pick<DirectionCatalogue, 'all'>): CompareSettings {
  const side = ({ direction, strength }: SideSettings): SideSettings => ({
    direction: all.some(({ name }) => name === direction) ? direction : null,
    strength,
  });
  return { ...settings, a: side(settings.a), b: side(settings.b) };
}

/** "C++ · cpp". */
export function choiceOf({ name, language, surface }: KnownDirection): CompareDirection {
  const label = language === undefined ? name : `${LANGUAGES[language].displayName} · ${name}`;
  return { name, label, surface };
}
