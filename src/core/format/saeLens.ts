/** SAELens: everything that other folders may use. */
export { readSaeLensConfig, type SaeLensConfig } from './saeLens/config.ts';
export { readSaeLens, readSparsity, type SaeLensSources, type SaeLensFolder } from './saeLens/read.ts';
export { encodeSaeLens, type EncodedSaeLens, type SaeLensMetadata } from './saeLens/write.ts';
export { SAE_LENS_FILES } from './saeLens/files.ts';
