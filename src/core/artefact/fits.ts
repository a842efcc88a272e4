/**
 * Whether an artefact may be used on a model. A direction of one model is noise in another, and noise that looks like a
 * result, so any difference that matters is an error, never a warning. Compares records; loads nothing.
 */
import { ModelError } from '../errors.ts';
import { actsAnywhere } from '../sae/featureSteering.ts';
import type { Surface } from '../steering/choice.ts';
import type { ArtefactManifest, ModelRecord } from './manifest.ts';

/** A loaded model, as far as artefacts care: its record, and the hooks (`resid_post`, ...) at which it can be steered. */
export interface FittableModel extends ModelRecord {
  readonly hooks: readonly string[];
}

/**
 * Throws where the artefact does not belong to the model; returns what differs and does not forbid its use, in words.
 *
 * @throws ModelError `other-architecture`, `other-width`, `other-depth`, `other-model` (the fingerprint), `no-such-hook`,
 * `no-such-layer`; the message names both sides.
 */
export function assertFits({ name, model: made, hook, layers }: ArtefactManifest, model: FittableModel): string[] {
  const refuse = (reason: string, theirs: string, ours: string): never => {
    throw new ModelError(
      reason,
      `the artefact "${name}" does not fit this model: it was made on ${theirs}, ${model.name} has ${ours}`,
      `Make one on this model (steerscope fit), or use the model it was made on: ${made.name}.`,
    );
  };
  // From the plainest difference to the subtlest: all of them change the fingerprint too, which explains nothing.
  if (made.architecture !== model.architecture)
    refuse('other-architecture', `a ${made.architecture}`, model.architecture);
  if (made.dModel !== model.dModel) refuse('other-width', `a width of ${made.dModel}`, String(model.dModel));
  if (made.layers !== model.layers) refuse('other-depth', `${made.layers} layers`, String(model.layers));
  if (made.fingerprint !== model.fingerprint) {
    const short = ({ fingerprint }: ModelRecord): string => `the fingerprint ${fingerprint.slice(0, 12)}`;
    refuse('other-model', `${made.name} with ${short(made)}`, short(model));
  }
  if (!model.hooks.includes(hook)) refuse('no-such-hook', `the hook ${hook}`, model.hooks.join(', '));
  const missing = layers.find((layer) => layer >= model.layers);
  if (missing !== undefined) refuse('no-such-layer', `layer ${missing}`, `layers 0 to ${model.layers - 1}`);
  return differences(made, model);
}

/**
 * What there is to say where an artefact is used on another surface than it was made on; undefined where it is the same
 * one. It is no error: any concept may be tried anywhere, but languages do not carry over (record 19).
 */
export function surfaceNote(
  { method, surface = 'answer', chatTemplateHash }: Pick<ArtefactManifest, 'method' | 'surface' | 'chatTemplateHash'>,
  used: Surface,
): string | undefined {
  if (actsAnywhere({ method })) return undefined;
  // Answers of a model without a chat template are raw text, whatever they were meant as.
  const made: Surface = chatTemplateHash === null ? 'raw' : surface;
  return made === used ? undefined : `fitted on ${WORDS[made]}, used on ${WORDS[used]}, where it may well do nothing`;
}

const WORDS: Readonly<Record<Surface, string>> = { answer: 'answers of a chat', raw: 'raw text' };

function differences(made: ModelRecord, model: ModelRecord): string[] {
  const notes: string[] = [];
  if (made.precision !== model.precision) notes.push(`made in ${made.precision} precision, used in ${model.precision}`);
  const [theirs, ours] = [weightTypes(made), weightTypes(model)];
  if (theirs !== ours) notes.push(`made on weights of ${theirs}, used on ${ours}`);
  return notes;
}

function weightTypes(model: ModelRecord): string {
  const types = Object.entries(model.weightTypes).sort(([a], [b]) => (a < b ? -1 : 1));
  return types.map(([type, tensors]) => `${type} (${tensors})`).join(', ');
}
