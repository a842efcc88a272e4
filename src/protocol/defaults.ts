/** What every front end takes where the user does not say: one place, so that editor and terminal agree. */

/** The catalogue's name of the model that is used where none is named. */
export const DEFAULT_MODEL_NAME = 'smollm2-135m-instruct';

/** The language that answers come in where nothing steers them, and so what a contrast is taken against. */
export const DEFAULT_SOURCE_LANGUAGE = 'python';

/**
 * The method that is fitted where none is named. Towards languages clusters and gates were measured to add nothing to the
 * difference of means, which is also the cheapest (docs/results); elsewhere nothing was measured that would speak for another.
 */
export const DEFAULT_METHOD = 'dim';

/** The hook that is probed where none is named, without its `hook_`. */
export const DEFAULT_PROBE_HOOK = 'resid_post';

/** Tokens of a file that are read by a probe of languages, the last ones: some seconds' work. */
export const PROBED_TOKENS = 2048;
/** |h_A - h_B| / |h_A| above which two runs are said to part, where none is named. */
export const PARTING_THRESHOLD = 0.05;

/** How many likely tokens of each distribution a comparison tells, where nobody says. */
export const COMPARE_TOP = 5;
