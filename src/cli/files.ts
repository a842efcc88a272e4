/**
 * The one door through which the terminal program borrows from the engine's folder: where the home is, and writing a
 * file whole or not at all. Both are plain Node without a model behind them. Everything else comes through the protocol.
 */
export { writeFileAtomically } from '../engine/files/atomic.ts';
export { explained } from '../engine/files/fileErrors.ts';
export { steerscopeHome } from '../engine/files/paths.ts';
