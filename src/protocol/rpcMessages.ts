/**
 * The messages of the RPC, and the only door by which one comes in: `readMessage` takes whatever a channel delivered
 * and gives back a message of a known shape or nothing. It must not act on a message.
 */
import * as v from 'valibot';
import type { ErrorRecord } from '../core/errors.ts';

/** Changes when a message or a method changes its meaning; both ends must have the same. */
export const PROTOCOL_VERSION = 1;

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** What the serving end says without being asked. */
export type Note =
  | { readonly note: 'ready'; readonly protocol: number }
  | { readonly note: 'log'; readonly level: LogLevel; readonly text: string };

export type Request = { readonly id: number; readonly method: string; readonly params?: unknown };
export type Cancel = { readonly id: number; readonly cancel: true };
export type Answer = { readonly id: number; readonly ok: unknown } | { readonly id: number; readonly err: ErrorRecord };
/** Something a running call tells before its answer: progress, a token. */
export type CallEvent = { readonly id: number; readonly event: unknown };
export type Message = Request | Cancel | Answer | CallEvent | Note;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const errorRecord = v.strictObject({ kind: v.string(), reason: v.string(), message: v.string(), advice: v.string() });

// Strict: a message with a key too many is of no known shape, so that none can be read in two ways.
const message: v.GenericSchema<unknown, Message> = v.union([
  v.strictObject({ id, method: v.string(), params: v.optional(v.unknown()) }),
  v.strictObject({ id, cancel: v.literal(true) }),
  v.strictObject({ id, ok: v.unknown() }),
  v.strictObject({ id, err: errorRecord }),
  v.strictObject({ id, event: v.unknown() }),
  v.strictObject({ note: v.literal('ready'), protocol: v.number() }),
  v.strictObject({
    note: v.literal('log'),
    level: v.picklist(['debug', 'info', 'warning', 'error']),
    text: v.string(),
  }),
]);

/** The message that `input` is, or undefined. Never throws. */
export function readMessage(input: unknown): Message | undefined {
  const result = v.safeParse(message, input);
  return result.success ? result.output : undefined;
}

/** The id of a message that is otherwise unreadable, so that it can be refused by name. */
export function readId(input: unknown): number | undefined {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, 'id')) return undefined;
  const result = v.safeParse(id, Reflect.get(input, 'id'));
  return result.success ? result.output : undefined;
}
