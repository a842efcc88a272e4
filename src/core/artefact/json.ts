/** What JSON can say, as types and as a check. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Deeper data is no data of ours; without a limit, whoever walks it can be made to overflow the stack. */
const MAX_DEPTH = 32;

/** True for a plain object that JSON can say without loss: no undefined, no NaN, nothing nested too deep. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isJson(value, MAX_DEPTH) && typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).every((part) => isJson(part, depth - 1));
}

/** JSON with the keys of every object in order: one text for one value. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
