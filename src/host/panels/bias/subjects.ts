/** What can be measured: the directions that turn the answers of the chosen model. */
import { DEFAULT_PROMPTS } from '../../../core/language/prompts/heldOutPrompts.ts';
import type { BiasSettings } from '../../../protocol/panels/bias.ts';
import type { DirectionCatalogue, KnownDirection } from '../../directions/catalogue.ts';

/** Answers are what is counted: a direction for raw text would turn none. */
export function offered(directions: Pick<DirectionCatalogue, 'all'>): readonly KnownDirection[] {
  return directions.all.filter(({ surface }) => surface === 'answer');
}

const USUAL = { prompts: DEFAULT_PROMPTS, tasks: 'core', styles: ['instruction'], sweep: true } as const;

/** What was chosen, as far as it can be had: a direction may have gone meanwhile, or not be known yet. */
export function settingsFrom(chosen: BiasSettings | undefined, directions: readonly KnownDirection[]): BiasSettings {
  const { direction, ...rest } = chosen ?? { ...USUAL, direction: undefined };
  if (direction === null || directions.some(({ name }) => name === direction))
    return { ...rest, direction: direction ?? null };
  // The direction that the program is known for, where it fits the model.
  const usual = directions.find(({ language }) => language === 'cpp') ?? directions[0];
  return { ...rest, direction: usual?.name ?? null };
}
