/** Types of packageFiles.mjs, for the tests. */
export interface Target {
  readonly folder: string;
  readonly natives: readonly string[];
  readonly maxBytes: number;
}
export const TARGETS: Readonly<Record<string, Target>>;
export const PACKAGE_NAMES: readonly string[];
export function ownTarget(): string | undefined;
export function filesOfPackage(name: string, target: string): string[];
export function filesOfManifest(manifest: object): string[];
