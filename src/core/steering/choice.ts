/**
 * What a user chose to steer by, and what that means for one request: which artefacts, on which surface. Pure: it sees
 * what directions there are, and never loads one.
 */
import { LANGUAGES, type LanguageId } from '../language/languages.ts';

/** How text is asked of the model: as the answer of a chat that is opened neutrally, or by continuing it as it is. */
export const SURFACES = ['answer', 'raw'] as const;
export type Surface = (typeof SURFACES)[number];

/** A choice for a place, a file or a workspace. Strength multiplies the strength that an artefact was fitted with. */
export type SteeringChoice =
  | { readonly kind: 'off' }
  /** To the file's own language. */
  | { readonly kind: 'auto'; readonly strength: number }
  | { readonly kind: 'language'; readonly language: LanguageId; readonly strength: number }
  /** An artefact of the user's, by its name: any concept. */
  | { readonly kind: 'direction'; readonly name: string; readonly strength: number };

/** A direction that there is, as far as choosing is concerned. */
export interface AvailableDirection {
  readonly name: string;
  readonly surface: Surface;
  /** True where it acts on any surface. */
  readonly isAnywhere?: boolean;
  /** The language that it leads to; absent for any other concept. */
  readonly language?: LanguageId;
  /** What it is about, where a feature was made into it. */
  readonly label?: string;
}

/** What one request is steered by. */
export interface ChosenSteering {
  /** The surface that the request must take for the steering to act: a direction acts only where it was fitted. */
  readonly surface: Surface;
  readonly steer: readonly { readonly name: string; readonly strength: number }[];
  /** The language that the text is led to, where there is one. */
  readonly language?: LanguageId;
  /** The same language, where no direction leads to it here and the request is to name it in words instead. */
  readonly named?: LanguageId;
}

export interface SteeredPlace {
  /** The language of the file, or of the fence in it that the place is in. */
  readonly language?: LanguageId;
  /** How the place would be asked if nothing steered it. */
  readonly surface: Surface;
  /** True where the place can be asked as a chat too: it has an instruction. */
  readonly canAnswer: boolean;
}

/**
 * The steering of one request. To a language, a place is asked as an answer wherever it can be, also where it would go on
 * as raw text if nothing steered. Where no direction leads there, an answer is asked for the language in words, and raw
 * text goes on by itself.
 */
export function chooseSteering(
  choice: SteeringChoice,
  place: SteeredPlace,
  directions: readonly AvailableDirection[],
): ChosenSteering {
  const unsteered: ChosenSteering = { surface: place.surface, steer: [] };
  if (choice.kind === 'off') return unsteered;
  const { strength } = choice;
  if (choice.kind === 'direction') {
    const known = directions.find(({ name }) => name === choice.name);
    const surface = known && known.isAnywhere !== true ? known.surface : place.surface;
    if (surface !== place.surface && !(surface === 'answer' && place.canAnswer)) return unsteered;
    return {
      surface,
      steer: [{ name: choice.name, strength }],
      ...(known?.language ? { language: known.language } : {}),
    };
  }
  const language = choice.kind === 'auto' ? place.language : choice.language;
  if (language === undefined) return unsteered;
  const surface = place.canAnswer ? 'answer' : place.surface;
  const direction = directions.find((known) => known.language === language && known.surface === surface);
  if (direction) return { surface, steer: [{ name: direction.name, strength }], language };
  return place.canAnswer ? { surface, steer: [], language, named: language } : { ...unsteered, language };
}

/** The choice in a word or two, as menus and the status bar write it: "C++", "off", "file's language". */
export function choiceLabel(choice: SteeringChoice): string {
  switch (choice.kind) {
    case 'off':
      return 'off';
    case 'auto':
      return 'auto';
    case 'language':
      return LANGUAGES[choice.language].displayName;
    case 'direction':
      return choice.name;
  }
}

/** The same with its strength, where that is not the one that everything was fitted with: "C++ ×1.25". */
export function choiceWithStrength(choice: SteeringChoice): string {
  const isPlain = choice.kind === 'off' || choice.strength === 1;
  return isPlain ? choiceLabel(choice) : `${choiceLabel(choice)} ×${choice.strength}`;
}
