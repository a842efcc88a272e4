/**
 * What is no text that a model should be read on, and why: so that a corpus is what people wrote, and each piece of it once.
 * Every limit is a round number well above what source files have; nobody measured a best one.
 */

/** Why a file, or a folder as one, is left out. */
export const LEAVE_OUT_REASONS = [
  'ignored',
  'hidden',
  'vendored',
  'no-language',
  'too-long',
  'empty',
  'binary',
  'minified',
  'generated',
  'duplicate',
] as const;
export type LeaveOutReason = (typeof LEAVE_OUT_REASONS)[number];

/** Longer files are tables, or many files in one. Bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

const VENDORED_FOLDERS = new Set([
  ...['node_modules', 'bower_components', 'jspm_packages', 'vendor', 'vendored', 'third_party', 'third-party'],
  ...['thirdparty', '3rdparty', 'site-packages', 'venv', '__pycache__', 'dist', 'build', 'out', 'target', 'Pods'],
]);

/** Why nothing of a folder of this name is looked at. */
export function reasonAgainstFolder(name: string): LeaveOutReason | undefined {
  if (name.startsWith('.')) return 'hidden';
  return VENDORED_FOLDERS.has(name) ? 'vendored' : undefined;
}

const LONGEST_LINE = 1000;
const MEAN_LINE = 160;

/** How far into a file it says that a program wrote it. Characters. */
const HEAD = 1000;
const GENERATED =
  /@generated\b|\bauto(?:matically)?[- ]?generated\b|\bgenerated (?:by|from|file|code)\b|\bdo not (?:edit|modify)\b/i;

/** Why a file with this content is no source. @param name its name without folders */
export function reasonAgainstText(name: string, text: string): LeaveOutReason | undefined {
  if (text.trim() === '') return 'empty';
  if (/\.(?:min|bundle|pack)\.[^.]+$/.test(name)) return 'minified';
  const lines = text.split('\n');
  if (text.length / lines.length > MEAN_LINE || lines.some((line) => line.length > LONGEST_LINE)) return 'minified';
  return GENERATED.test(text.slice(0, HEAD)) ? 'generated' : undefined;
}

/** The text that bytes are in UTF-8; undefined where they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
