/** Types of install.mjs, for scripts and tests in TypeScript. */
export const ROOT: string;
