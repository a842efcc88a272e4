/**
 * How much of what a feature promotes is words of a language: the idea of the logit-mass lift of Neural FOXP2, made for
 * programming languages, over the words that a language keeps for itself and the names it goes by on a fence.
 */
import { namesOf, ownWords } from '../language/reservedWords.ts';
import type { LanguageId } from '../language/languages.ts';

/** The ids of a language's words that are one token, alone or after a blank, each once. */
export function languageTokens(encode: (text: string) => readonly number[], language: LanguageId): number[] {
  const words = [...namesOf(language), ...ownWords(language)];
  const ids = words.flatMap((word) => [word, ` ${word}`]).map((word) => encode(word));
  return [...new Set(ids.filter((word) => word.length === 1).map(([id]) => id))];
}

/**
 * The share of the promoted logit mass that is on `tokens`, over their share of the vocabulary. Promoted is what lies above
 * the mean of all logits, by how much it does. 1 says nothing of the language, 0 that none of its words is promoted.
 *
 * @param logits [vocab]
 * @returns null where there are no tokens, or nothing is promoted
 */
export function logitMassLift(logits: Float32Array, tokens: readonly number[]): number | null {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += logits[id];
  const mean = sum / logits.length;
  let mass = 0;
  for (let id = 0; id < logits.length; id++) mass += Math.max(0, logits[id] - mean);
  if (tokens.length === 0 || !(mass > 0)) return null;
  const ofTokens = tokens.reduce((total, id) => total + Math.max(0, logits[id] - mean), 0);
  return ofTokens / mass / (tokens.length / logits.length);
}
