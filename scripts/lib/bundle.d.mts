/** Types of bundle.mjs, for the tests. */
export function ensureBuilt(): Promise<boolean>;
export function bundledPackages(): string[];
