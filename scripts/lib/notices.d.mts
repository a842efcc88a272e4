/** Types of notices.mjs, for the tests. */
export function noticesOf(folders: readonly string[]): string;
