/** What can be measured: the chosen model, and the directions that turn its answers. */
import { LANGUAGES } from '../../../core/language/languages.ts';
import { DEFAULT_PROMPTS } from '../../../core/language/prompts/heldOutPrompts.ts';
import type { BiasSettings, BiasSnapshot, DirectionChoice } from '../../../protocol/panels/bias.ts';
import { modelName, type DirectionCatalogue, type KnownDirection } from '../../directions/catalogue.ts';
import type { Services } from '../../services.ts';

/** Answers are what is counted: a direction for raw text would turn none. */
export function offered(directions: Pick<DirectionCatalogue, 'all'>): readonly KnownDirection[] {
  return directions.all.filter(({ surface }) => surface === 'answer');
}

/** "C++ · cpp": a language may have several directions to it. */
export function choiceOf({ name, language }: KnownDirection): DirectionChoice {
  if (language === undefined) return { name, label: name };
  return { name, label: `${LANGUAGES[language].displayName} · ${name}`, target: language };
}

/** What was chosen, as far as it can be had: a direction may have gone meanwhile, or not be known yet. */
export function settingsFrom(chosen: BiasSettings | undefined, directions: readonly KnownDirection[]): BiasSettings {
  const { prompts, sweep, direction } = chosen ?? { prompts: DEFAULT_PROMPTS, sweep: true, direction: undefined };
  if (direction === null || directions.some(({ name }) => name === direction))
    return { prompts, sweep, direction: direction ?? null };
  // The direction that the program is known for, where it fits the model.
  const usual = directions.find(({ language }) => language === 'cpp') ?? directions[0];
  return { prompts, sweep, direction: usual?.name ?? null };
}

export function subjectModel({ engine, settings }: Pick<Services, 'engine' | 'settings'>): BiasSnapshot['model'] {
  const { model: state, summary } = engine.state;
  const { model, precision } = settings.model;
  return { state, name: summary?.name ?? modelName(model), precision: summary?.precision ?? precision };
}
