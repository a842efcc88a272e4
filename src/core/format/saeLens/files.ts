/** The files of a SAELens folder, by what they hold. */
export const SAE_LENS_FILES = {
  config: 'cfg.json',
  weights: 'sae_weights.safetensors',
  /** log10 of how often each feature is active, `sparsity` [dSae]. */
  sparsity: 'sparsity.safetensors',
  /** A checkpoint's scale of the inputs. */
  scaler: 'activation_scaler.json',
} as const;

/** The version of SAELens whose folders are written, and with which `scripts/checkSaeLens.py` reads them. */
export const SAE_LENS_VERSION = '6.54.12';
