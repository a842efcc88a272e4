/** Texts with a cursor in them, and completions of such texts without an engine. */
import type { CompletionPlan, CursorText, PlannedModel } from '../../../../src/core/completion/plan.ts';
import { planCompletion, steeredPlace } from '../../../../src/core/completion/plan.ts';
import { tidySuggestion } from '../../../../src/core/completion/tidy.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';
import { languageAt, placeAt } from '../../../../src/core/places/findPlaces.ts';
import { chooseSteering, type AvailableDirection, type SteeringChoice } from '../../../../src/core/steering/choice.ts';

/** Where the cursor is in the texts of these tests. */
export const CURSOR = '‸';

export const MODEL: PlannedModel = { context: 8192, infill: false };

export const AUTO: SteeringChoice = { kind: 'auto', strength: 1 };

/** One direction of each surface: C++ for both, Rust for answers alone. */
export const DIRECTIONS: readonly AvailableDirection[] = [
  { name: 'cpp', surface: 'answer', language: 'cpp' },
  { name: 'cpp-raw', surface: 'raw', language: 'cpp' },
  { name: 'rust', surface: 'answer', language: 'rust' },
];

export function cursorIn(marked: string, languageId = 'python'): CursorText {
  const [before, after, ...more] = marked.split(CURSOR);
  if (after === undefined || more.length > 0) throw new Error('the text must have one cursor');
  return {
    before,
    after,
    place: placeAt(before + after, before.length, languageId),
    language: languageAt(before + after, before.length, languageId),
  };
}

export interface PlanOptions {
  readonly languageId?: string;
  readonly choice?: SteeringChoice;
  readonly model?: PlannedModel;
  readonly maxTokens?: number;
}

export function planFor(cursor: CursorText, options: PlanOptions = {}): CompletionPlan | undefined {
  const { choice = { kind: 'off' }, model = MODEL, maxTokens = 32 } = options;
  return planCompletion(cursor, chooseSteering(choice, steeredPlace(cursor), DIRECTIONS), model, maxTokens);
}

export function planIn(marked: string, options: PlanOptions = {}): CompletionPlan | undefined {
  return planFor(cursorIn(marked, options.languageId), options);
}

/** The plan of a text for which there is one. */
export function planned(marked: string, options: PlanOptions = {}): CompletionPlan {
  const plan = planIn(marked, options);
  if (plan === undefined) throw new Error('nothing is planned');
  return plan;
}

/** What is offered where the model wrote `written`; of an answer, after its opening. Undefined: nothing. */
export function offered(marked: string, written: string, options: PlanOptions = {}): string | undefined {
  const cursor = cursorIn(marked, options.languageId);
  const plan = planFor(cursor, options);
  if (plan === undefined) throw new Error('nothing is planned');
  const text = plan.surface === 'answer' ? `${NEUTRAL_OPENING}${written}` : written;
  return tidySuggestion(text, plan, cursor)?.text;
}

/** The whole text once what is offered has been taken. */
export function accepted(marked: string, written: string, options: PlanOptions = {}): string {
  return marked.replace(CURSOR, () => offered(marked, written, options) ?? '');
}
