/** Types of package.mjs, for the tests. */
export function ensurePackage(
  target: string,
): Promise<{ readonly file: string; readonly sizeBytes: number; readonly isNew: boolean }>;
