/**
 * Turns what the operating system says about a file into a StoreError that tells the user what to do.
 * Decides nothing about which file or when: callers name the path and what they were doing.
 */
import { StoreError, SteerscopeError } from '../core/errors.ts';

interface Trouble {
  readonly reason: string;
  /** Completes "cannot write PATH: ...". */
  readonly what: string;
  readonly advice: string;
}

const ELSEWHERE = 'or keep Steerscope’s files elsewhere by setting STEERSCOPE_HOME (or --store)';

const DISK_FULL: Trouble = {
  reason: 'disk-full',
  what: 'the disk is full',
  advice: `Free some space and try again, ${ELSEWHERE}.`,
};
const NO_PERMISSION: Trouble = {
  reason: 'no-permission',
  what: 'permission denied',
  advice: `Check the permissions of the file and its folder, ${ELSEWHERE}.`,
};
const TOO_MANY_FILES: Trouble = {
  reason: 'too-many-files',
  what: 'too many files are open',
  advice: 'Close other programs or raise the limit on open files (ulimit -n), and try again.',
};

const TROUBLES: Readonly<Record<string, Trouble>> = {
  ENOSPC: DISK_FULL,
  EDQUOT: { ...DISK_FULL, what: 'your disk quota is used up' },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: {
    reason: 'read-only',
    what: 'the file system is read-only',
    advice: `Make it writable, ${ELSEWHERE}.`,
  },
  EIO: {
    reason: 'io-error',
    what: 'the disk reported an error',
    advice: `Check the disk or the network drive and try again, ${ELSEWHERE}.`,
  },
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  ENOENT: {
    reason: 'not-found',
    what: 'no such file or folder',
    advice: 'Check the path; it may have been removed while it was in use.',
  },
  ENOTDIR: {
    reason: 'not-a-folder',
    what: 'it, or a part of its path, is a file, not a folder',
    advice: 'Name a folder (STEERSCOPE_HOME and --store must name folders too).',
  },
  EISDIR: { reason: 'is-a-folder', what: 'it is a folder', advice: 'Name a file, not a folder.' },
  EEXIST: { reason: 'exists', what: 'something of that name is already there', advice: 'Choose another name.' },
  EBUSY: { reason: 'busy', what: 'another program has it open', advice: 'Close that program and try again.' },
  ENAMETOOLONG: { reason: 'name-too-long', what: 'the name is too long', advice: 'Choose a shorter name.' },
  EFBIG: {
    reason: 'file-too-large',
    what: 'the file system takes no file of this size',
    advice: `Use a disk that does, ${ELSEWHERE}.`,
  },
  ELOOP: { reason: 'link-loop', what: 'its symbolic links go in a circle', advice: 'Check the links in the path.' },
};

/** The code of a system error (`ENOSPC`), or undefined for any other value. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * The StoreError for a system error met while `doing` something (`write`, `read`, `rename`) to `path`.
 * A Steerscope error passes as it is: it has been explained already, by someone who knew more.
 */
export function asStoreError(error: unknown, doing: string, path: string): SteerscopeError {
  if (error instanceof SteerscopeError) return error;
  const code = systemCode(error);
  const trouble = code === undefined ? undefined : TROUBLES[code];
  if (trouble) {
    const message = `cannot ${doing} ${path}: ${trouble.what}`;
    return new StoreError(trouble.reason, message, trouble.advice, { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new StoreError('file-failed', `cannot ${doing} ${path}: ${detail}`, 'Try again, or use another folder.', {
    cause: error,
  });
}

/** Runs one file call and explains its failure, see {@link asStoreError}. */
export async function explained<T>(doing: string, path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asStoreError(error, doing, path);
  }
}
