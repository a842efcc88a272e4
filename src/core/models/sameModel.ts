/** Whether two names may well be those of one model: files, repositories and libraries each spell a name in their way. */

/** The stored types that files of weights are named after. */
const STORED_TYPE = /[-_.](?:i?q\d+(?:_\w+)?|f16|f32|bf16)$/i;

/** True where both names are alike but for the owner, the ending of a file, a stored type, case and punctuation. */
export function isSameModelName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const stem = last.replace(/\.gguf$/i, '').replace(STORED_TYPE, '');
  return stem.toLowerCase().replace(/[^a-z0-9]/g, '');
}
