/** What every front end takes where the user does not say: one place, so that editor and terminal agree. */

/** The catalogue's name of the model that is used where none is named. */
export const DEFAULT_MODEL_NAME = 'smollm2-135m-instruct';

/** The language that answers come in where nothing steers them, and so what a contrast is taken against. */
export const DEFAULT_SOURCE_LANGUAGE = 'python';

/** The hook that is probed where none is named, without its `hook_`. */
export const DEFAULT_PROBE_HOOK = 'resid_post';
