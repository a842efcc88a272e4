/**
 * What a chat template may cost. Templates come out of model files, so they are programs by strangers. A template that
 * searches and cuts every message takes 32,000 steps for a conversation of 40,000 characters, 810,000 for a million;
 * ChatML takes a quarter of that.
 */
export interface TemplateLimits {
  /** Steps of evaluation, where work in bulk counts as many steps; all of them take a second or so. */
  readonly steps: number;
  /** Milliseconds; the second line of defence, as steps do not depend on the machine. */
  readonly milliseconds: number;
  /** UTF-16 units of the rendered text, and of any value on the way to it. */
  readonly chars: number;
}

export const TEMPLATE_LIMITS: TemplateLimits = { steps: 2_000_000, milliseconds: 5_000, chars: 1 << 21 };

/** UTF-16 units of a template's source; the longest in use have about 30,000. */
export const MAX_TEMPLATE_CHARS = 1 << 17;
/** White space in one run in the source: the parser takes quadratic time over it. */
export const MAX_TEMPLATE_SPACE = 512;
/** Expressions inside expressions, calls of macros inside calls. */
export const MAX_TEMPLATE_DEPTH = 256;
/** Lists inside lists, where a value is looked at as a whole. */
export const MAX_VALUE_NESTING = 32;
/** Entries of one `range()`. */
export const MAX_RANGE = 1 << 16;

/** Thrown inside the evaluation; templates have no way to catch it. */
export class TemplateLimitError extends Error {}

/** What the template itself raised, by `raise_exception`. */
export class TemplateRefusal extends Error {}
