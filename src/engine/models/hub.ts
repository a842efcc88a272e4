/**
 * The Hugging Face hub as a source, through its own client. Given seconds to answer, and cut off when it falls silent:
 * there is another source, and a user in front of a bar that does not move.
 */
import type * as HubModule from '@huggingface/hub';
import { CancelledError, ModelError, SteerscopeError } from '../../core/errors.ts';
import { abortable, abortableItems } from '../../files/abortable.ts';
import type { HubPlace } from '../../core/models/catalogue.ts';
import type { ModelSource, SourceRequest } from './source.ts';

export interface HubOptions {
  /** Another address that answers as the hub does: a mirror. */
  readonly hubUrl?: string | undefined;
  /** How long the hub may take until its first byte of the file. */
  readonly answerMs?: number;
  /** How long it may fall silent after that. */
  readonly silenceMs?: number;
}

type HubClient = typeof HubModule;

const ANSWER_MS = 5_000;
const SILENCE_MS = 20_000;

/** The hub; `HF_ENDPOINT` names a mirror, as it does for the hub's own tools. */
export function hubSource(options: HubOptions = {}): ModelSource {
  return {
    id: 'hub',
    describe: (entry) => `the Hugging Face hub (${entry.hub?.repo ?? entry.name})`,
    fetch: (request) => fetchFromHub(request, { hubUrl: process.env.HF_ENDPOINT, ...options }),
  };
}

async function* fetchFromHub(request: SourceRequest, options: HubOptions): AsyncGenerator<Uint8Array> {
  const { entry, signal, onProgress } = request;
  const { answerMs = ANSWER_MS, silenceMs = SILENCE_MS } = options;
  if (!entry.hub) throw new ModelError('not-offered', 'the hub does not have this model');
  onProgress({ phase: 'download', doneBytes: 0, totalBytes: entry.sizeBytes });
  // Loaded here and not above: the start of a program that needs no network does not pay for it.
  const client = await import('@huggingface/hub');
  const watchdog = new Watchdog();
  try {
    watchdog.expectWithin(answerMs);
    const stopped = AbortSignal.any([signal, watchdog.signal]);
    const blob = await openBlob(client, entry.hub, entry.sizeBytes, stopped, options.hubUrl);
    let doneBytes = 0;
    for await (const bytes of abortableItems<Uint8Array>(blob.stream(), stopped)) {
      // While the caller writes these bytes to the disk, the silence is not the hub's.
      watchdog.rest();
      doneBytes += bytes.length;
      onProgress({ phase: 'download', doneBytes, totalBytes: entry.sizeBytes });
      yield bytes;
      watchdog.expectWithin(silenceMs);
    }
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw watchdog.reason ?? explainFailure(error);
  } finally {
    watchdog.rest();
  }
}

/** Asks the hub for the file and what size it has there; the bytes come later, from the blob's stream. */
async function openBlob(
  { downloadFile, fileDownloadInfo }: HubClient,
  place: HubPlace,
  sizeBytes: number,
  signal: AbortSignal,
  hubUrl: string | undefined,
): Promise<Blob> {
  const file = {
    repo: place.repo,
    path: place.file,
    revision: place.revision,
    fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, { ...init, signal }),
    ...(hubUrl ? { hubUrl: hubUrl.replace(/\/+$/, '') } : {}),
  };
  const info = await abortable(fileDownloadInfo(file), signal);
  if (!info) throw new ModelError('not-offered', `the repository has no file ${place.file}`);
  if (info.size !== sizeBytes) {
    throw new ModelError('wrong-size', `the file there has ${info.size} bytes instead of ${sizeBytes}`);
  }
  // Plain HTTPS in one stream: the hub's chunked protocol pays for files that are fetched again in parts.
  const blob = await abortable(downloadFile({ ...file, downloadInfo: info, xet: false }), signal);
  if (!blob) throw new ModelError('not-offered', `the repository has no file ${place.file}`);
  return blob;
}

/** Aborts its signal when something expected does not happen in time. */
class Watchdog {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  reason: ModelError | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  expectWithin(ms: number): void {
    this.rest();
    this.#timer = setTimeout(() => {
      this.reason = new ModelError('no-answer', `no answer within ${ms / 1000} s`, 'Check the network.');
      this.#controller.abort(this.reason);
    }, ms);
  }

  rest(): void {
    clearTimeout(this.#timer);
  }
}

/** One line for what the client threw: its own API errors, fetch's with their cause, and plain strings from streams. */
function explainFailure(error: unknown): SteerscopeError {
  if (error instanceof SteerscopeError) return error;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    const reason = error.statusCode === 404 ? 'not-offered' : 'refused';
    return new ModelError(reason, `it answered with HTTP status ${error.statusCode}`, '', { cause: error });
  }
  const detail = networkDetail(error);
  return new ModelError('no-network', `it cannot be reached (${detail})`, 'Check the network.', { cause: error });
}

function networkDetail(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed"; why is in the cause, with several addresses in the causes' causes.
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
