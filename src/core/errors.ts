/**
 * The errors of Steerscope. Each class names one kind of trouble, `reason` is a stable code that callers may test,
 * `message` says what happened in one line and `advice` says what the user can do about it. Nothing here does IO.
 */

/** What crosses a process boundary in place of an error object. */
export interface ErrorRecord {
  readonly kind: string;
  readonly reason: string;
  readonly message: string;
  readonly advice: string;
}

/** The base of every error that is meant for the user's eyes. */
export class SteerscopeError extends Error {
  readonly kind: string = 'error';

  constructor(
    readonly reason: string,
    message: string,
    readonly advice: string = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }

  /** True for a Steerscope error, of the given reason where one is named. */
  static is(error: unknown, reason?: string): error is SteerscopeError {
    return error instanceof SteerscopeError && (reason === undefined || error.reason === reason);
  }

  toRecord(): ErrorRecord {
    return { kind: this.kind, reason: this.reason, message: this.message, advice: this.advice };
  }
}

/** The call itself was wrong: an unknown option, a strength that is not a number (exit status 2). */
export class UsageError extends SteerscopeError {
  override readonly kind = 'usage';
}

/** A file is truncated, corrupt, hostile or of an unsupported kind. `offset` is in bytes from the file's start. */
export class FormatError extends SteerscopeError {
  override readonly kind = 'format';

  constructor(
    reason: string,
    message: string,
    advice = '',
    readonly offset?: number,
  ) {
    super(reason, offset === undefined ? message : `${message} (at byte ${offset})`, advice);
  }
}

/** The model cannot be had, does not fit, or does not support what was asked of it. */
export class ModelError extends SteerscopeError {
  override readonly kind = 'model';
}

/** The artefact store, or another file we write, failed. */
export class StoreError extends SteerscopeError {
  override readonly kind = 'store';
}

/** The engine process died, did not answer, or broke the protocol. */
export class EngineError extends SteerscopeError {
  override readonly kind = 'engine';
}

/** The user or the caller stopped the work: not a failure (exit status 130 when by Ctrl-C). */
export class CancelledError extends SteerscopeError {
  override readonly kind = 'cancelled';

  constructor(message = 'cancelled') {
    super('cancelled', message);
  }
}

const KINDS: Record<string, new (reason: string, message: string, advice: string) => SteerscopeError> = {
  usage: UsageError,
  format: FormatError,
  model: ModelError,
  store: StoreError,
  engine: EngineError,
};

/** The record of any thrown value; a value that is no Steerscope error becomes an `internal` one. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof SteerscopeError) return error.toRecord();
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'error', reason: 'internal', message, advice: '' };
}

/** The error that a record describes, of the class that it was thrown as. */
export function fromErrorRecord(record: ErrorRecord): SteerscopeError {
  if (record.kind === 'cancelled') return new CancelledError(record.message);
  const ErrorClass = KINDS[record.kind] ?? SteerscopeError;
  return new ErrorClass(record.reason, record.message, record.advice);
}

/** Throws {@link CancelledError} where the signal says so. The unit of cancellation is one call of this. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
