/**
 * Typed remote calls over any `Channel`. A service is an ordinary TypeScript interface whose methods take
 * `(params, context)` and return a promise; the types of the client and of the server are derived from it, and a table
 * of valibot schemas, one per method, checks what comes in. The promise kept here: every call is answered, cancelled or
 * rejected, whatever the other end does. It must not know which process it runs in.
 */
import * as v from 'valibot';
import { CancelledError, EngineError, UsageError, fromErrorRecord, toErrorRecord } from '../core/errors.ts';
import type { Channel } from './channel.ts';
import { PROTOCOL_VERSION, readId, readMessage } from './rpcMessages.ts';
import type { Answer, CallEvent, LogLevel, Note, Request } from './rpcMessages.ts';

/** What a handler is given beside its parameters. */
export interface CallContext<Event = never> {
  /** Aborted when the caller cancels, and when the channel ends. */
  readonly signal: AbortSignal;
  /** Sends one event to the caller; after the answer, or after a cancellation, it does nothing. */
  emit(event: Event): void;
}

/** The shape of a service: `interface Engine { generate(params: P, context: CallContext<Token>): Promise<R> }`. */
export type ServiceShape<S> = {
  readonly [M in keyof S]: (params: never, context: CallContext<never>) => Promise<unknown>;
};
export type ParamsOf<F> = F extends (params: infer P, ...rest: never[]) => unknown ? P : never;
export type EventOf<F> = F extends (params: never, context: CallContext<infer E>) => unknown ? E : never;
export type ResultOf<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;

/** The schema of each method's parameters. Optional fields are `v.exactOptional`. */
export type ParamsSchemas<S> = { readonly [M in keyof S]: v.GenericSchema<unknown, ParamsOf<S[M]>> };

export interface CallOptions<Event> {
  /** Asks the other end to stop. The call rejects with a CancelledError once it has. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
}

/** The service as its caller sees it. A method without a result resolves to null. */
export type Client<S> = {
  readonly [M in keyof S]: (params: ParamsOf<S[M]>, options?: CallOptions<EventOf<S[M]>>) => Promise<ResultOf<S[M]>>;
};

export interface ClientOptions {
  /** How long a cancelled call may go on before it is given up as unresponsive. */
  readonly cancelGraceMs?: number;
  /** Told when that time is over; the owner of the other end can only kill it. */
  readonly onUnresponsive?: (error: EngineError) => void;
  readonly onNote?: (note: Note) => void;
}

/** A cancelled call ends at the next token or chunk of the prompt, far sooner than this. */
const CANCEL_GRACE_MS = 5000;

/** The calling end. Takes the channel's messages for itself: one client or one server to a channel end. */
export function createClient<S extends ServiceShape<S>>(
  channel: Channel,
  schemas: ParamsSchemas<S>,
  options: ClientOptions = {},
): Client<S> {
  const caller = new Caller(channel, options);
  const methods = Object.keys(schemas).map((method) => [
    method,
    (params: unknown, callOptions?: CallOptions<unknown>) => caller.call(method, params, callOptions),
  ]);
  return Object.fromEntries(methods) as Client<S>;
}

interface PendingCall {
  settle(answer: Answer): void;
  reject(error: unknown): void;
  event(event: unknown): void;
}

/** The calls under way at the calling end, by id. */
class Caller {
  readonly #pending = new Map<number, PendingCall>();
  #lastId = 0;
  #ended: EngineError | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly options: ClientOptions,
  ) {
    channel.onMessage((input) => this.#receive(input));
    channel.onClose((cause) => {
      this.#ended = cause ?? new EngineError('engine-died', 'the connection to the engine is closed', 'Try again.');
      for (const call of [...this.#pending.values()]) call.reject(this.#ended);
    });
  }

  call(method: string, params: unknown, { signal, onEvent }: CallOptions<unknown> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      if (signal?.aborted) return reject(new CancelledError());
      const id = ++this.#lastId;
      let grace: ReturnType<typeof setTimeout> | undefined;
      const finish = (): void => {
        this.#pending.delete(id);
        clearTimeout(grace);
        signal?.removeEventListener('abort', cancel);
      };
      const cancel = (): void => {
        this.channel.send({ id, cancel: true });
        grace = this.#giveUpLater(id, method);
      };
      this.#pending.set(id, {
        settle: (answer) => {
          finish();
          // Whatever crossed the cancellation on its way is not shown: the caller has moved on.
          if (signal?.aborted) reject(new CancelledError());
          else if ('err' in answer) reject(fromErrorRecord(answer.err));
          else resolve(answer.ok);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
        event: (event) => {
          if (!signal?.aborted) onEvent?.(event);
        },
      });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        this.channel.send({ id, method, params } satisfies Request);
      } catch (error) {
        this.#pending.get(id)?.reject(error);
      }
    });
  }

  #giveUpLater(id: number, method: string): ReturnType<typeof setTimeout> {
    const graceMs = this.options.cancelGraceMs ?? CANCEL_GRACE_MS;
    return setTimeout(() => {
      const error = new EngineError(
        'unresponsive',
        `the engine did not stop "${method}" within ${graceMs} ms of being asked`,
        'It is given up; try again with a new one.',
      );
      this.#pending.get(id)?.reject(error);
      this.options.onUnresponsive?.(error);
    }, graceMs);
  }

  #receive(input: unknown): void {
    const message = readMessage(input);
    if (!message) {
      // An answer that cannot be read is still the only one that will come.
      this.#pending.get(readId(input) ?? 0)?.reject(unreadable());
    } else if ('note' in message) this.options.onNote?.(message);
    else if ('ok' in message || 'err' in message) this.#pending.get(message.id)?.settle(message);
    else if ('event' in message) this.#pending.get(message.id)?.event(message.event);
  }
}

export interface Server {
  /** Sends a log line to the other end. */
  log(level: LogLevel, text: string): void;
  /** Tells the other end that calls are welcome. */
  ready(): void;
  /** Calls that have not been answered yet. */
  readonly running: number;
}

export interface ServerOptions {
  /** Told of every error that was not thrown on purpose (no SteerscopeError): the place for its stack trace. */
  readonly onInternalError?: (error: unknown, method: string) => void;
}

/** The answering end: runs `service` for whoever is at the other end of the channel. Never throws. */
export function serve<S extends ServiceShape<S>>(
  channel: Channel,
  service: S,
  schemas: ParamsSchemas<S>,
  options: ServerOptions = {},
): Server {
  const running = new Map<number, AbortController>();
  const send = (message: Answer | CallEvent | Note): void => channel.send(message);
  const log = (level: LogLevel, text: string): void => send({ note: 'log', level, text });

  const answer = async ({ id, method, params }: Request): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    const emit = (event: unknown): void => {
      if (running.get(id) === abort && !abort.signal.aborted) send({ id, event });
    };
    try {
      const result = await invoke(service, schemas, method, params, { signal: abort.signal, emit });
      // JSON channels drop undefined, and an answer without `ok` would be no answer.
      send({ id, ok: result ?? null });
    } catch (error) {
      const record = toErrorRecord(isAbort(error) ? new CancelledError() : error);
      if (record.reason === 'internal') options.onInternalError?.(error, method);
      send({ id, err: record });
    } finally {
      running.delete(id);
    }
  };

  channel.onMessage((input) => {
    const message = readMessage(input);
    if (!message) {
      const id = readId(input);
      if (id !== undefined && !running.has(id)) send({ id, err: unreadable().toRecord() });
      else log('warning', 'a message that cannot be read was dropped');
    } else if ('method' in message) {
      // A second call under a running id is not answered: the answer would be taken for the first call's.
      if (running.has(message.id)) log('warning', `a second call with the id ${message.id} was refused`);
      else void answer(message);
    } else if ('cancel' in message) running.get(message.id)?.abort();
    else log('warning', 'a message that no caller sends was dropped');
  });
  channel.onClose(() => {
    for (const abort of running.values()) abort.abort();
  });
  return {
    log,
    ready: () => send({ note: 'ready', protocol: PROTOCOL_VERSION }),
    get running() {
      return running.size;
    },
  };
}

/** Checks and makes one call. The own keys of `schemas` are the methods there are, so no inherited name is one. */
async function invoke<S extends ServiceShape<S>>(
  service: S,
  schemas: ParamsSchemas<S>,
  method: string,
  params: unknown,
  context: CallContext<unknown>,
): Promise<unknown> {
  const handler: unknown = isMethod(schemas, method) ? service[method] : undefined;
  if (!isMethod(schemas, method) || typeof handler !== 'function') {
    const known = Object.keys(schemas).join(', ');
    throw new EngineError('unknown-method', `the engine has no method "${method}"`, `It has: ${known}.`);
  }
  const checked = v.safeParse(schemas[method], params);
  if (!checked.success) {
    const [issue] = checked.issues;
    const where = [method, v.getDotPath(issue)].filter(Boolean).join('.');
    throw new UsageError('bad-params', `${where}: ${issue.message}`, 'The call was not carried out.');
  }
  return Reflect.apply(handler, service, [checked.output, context]);
}

function isMethod<S>(schemas: ParamsSchemas<S>, method: string): method is keyof S & string {
  return Object.hasOwn(schemas, method);
}

/** The platform's own error of an aborted signal: a handler that passed its signal on was cancelled, it did not fail. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function unreadable(): EngineError {
  return new EngineError('bad-message', 'a message could not be read', 'Both ends must be of one version: rebuild.');
}
