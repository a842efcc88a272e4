/** Types of system.mjs, for the tests. */

/** The first of the programs that is on the PATH, with its folder. */
export function findProgram(...names: string[]): string | undefined;
