/**
 * The three conditions under which the same prompts are answered, what they are called, and the shape that marks each,
 * so that no picture is read by colour alone. Pure.
 */
import { fill } from './words.ts';
import type { Words } from './words.ts';

export type ConditionId = 'plain' | 'steered' | 'asked';

/** In the order in which they are drawn and listed. */
export const CONDITIONS: readonly ConditionId[] = ['plain', 'steered', 'asked'];

/** Shapes that stay apart in black and white. */
export const CONDITION_SHAPES = {
  plain: 'circle',
  steered: 'diamond',
  asked: 'square',
} as const satisfies Readonly<Record<ConditionId, string>>;

/** Looks of bars that are no conditions, such as kinds of task: by their place. */
export const SERIES_LOOKS = ['first', 'second', 'third'] as const;
export type SeriesLook = (typeof SERIES_LOOKS)[number];

/** What tells a bar from those beside it: a mark, a colour, and in high contrast a pattern. */
export type BarLook = ConditionId | SeriesLook;

export const LOOK_SHAPES = {
  ...CONDITION_SHAPES,
  first: 'triangle',
  second: 'inverted',
  third: 'cross',
} as const satisfies Readonly<Record<BarLook, string>>;

export const CONDITION_WORDS = {
  plain: 'unsteered',
  steered: 'steered to {0}',
  asked: 'asked in the prompt',
} as const;

/** The names of the conditions, the same in every chart, table and sentence. */
export function conditionNames(
  target: string,
  words: Words<typeof CONDITION_WORDS> = CONDITION_WORDS,
): Readonly<Record<ConditionId, string>> {
  return { plain: words.plain, steered: fill(words.steered, target), asked: words.asked };
}
