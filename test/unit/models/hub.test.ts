import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CancelledError, ModelError } from '../../../src/core/errors.ts';
import { hubSource, type HubOptions } from '../../../src/engine/models/hub.ts';
import type { ModelProgress } from '../../../src/engine/models/source.ts';
import { collect, ENTRY, fakeHub, isSizeQuestion, MODEL_BYTES, type FakeHubOptions } from './support.ts';

interface Asked {
  readonly hub?: FakeHubOptions;
  readonly options?: HubOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ModelProgress) => void;
}

async function ask(t: TestContext, { hub, options, signal, onProgress }: Asked): Promise<Buffer> {
  const { hubUrl } = await fakeHub(t, hub);
  const request = {
    entry: ENTRY,
    scratchFolder: 'unused',
    signal: signal ?? new AbortController().signal,
    onProgress: onProgress ?? (() => undefined),
  };
  // Patient unless the test is about patience: a slow machine is not to fail it.
  return collect(hubSource({ hubUrl, answerMs: 60_000, silenceMs: 60_000, ...options }).fetch(request));
}

const refusedAs =
  (reason: string, pattern: RegExp) =>
  (error: unknown): boolean =>
    ModelError.is(error, reason) && pattern.test(error.message);

test('the file arrives from the pinned revision, with progress to its end', async (t) => {
  const seen: ModelProgress[] = [];
  const bytes = await ask(t, { onProgress: (progress) => seen.push(progress) });
  assert.ok(bytes.equals(MODEL_BYTES));
  assert.deepEqual(seen[0], { phase: 'download', doneBytes: 0, totalBytes: MODEL_BYTES.length });
  assert.deepEqual(seen.at(-1), { phase: 'download', doneBytes: MODEL_BYTES.length, totalBytes: MODEL_BYTES.length });
});

test('a hub that does not answer, or falls silent, is given up', async (t) => {
  const never: FakeHubOptions = { answer: () => true };
  await assert.rejects(ask(t, { hub: never, options: { answerMs: 50 } }), refusedAs('no-answer', /within 0\.05 s/));

  const headersOnly: FakeHubOptions = {
    answer: (request, response) => {
      if (isSizeQuestion(request)) return false;
      response.writeHead(200, { 'Content-Length': MODEL_BYTES.length }).flushHeaders();
      return true;
    },
  };
  await assert.rejects(ask(t, { hub: headersOnly, options: { answerMs: 500 } }), refusedAs('no-answer', /within/));

  const half: FakeHubOptions = {
    answer: (request, response) => {
      if (isSizeQuestion(request)) return false;
      response.writeHead(200, { 'Content-Length': MODEL_BYTES.length }).write(MODEL_BYTES.subarray(0, 1000));
      return true;
    },
  };
  await assert.rejects(ask(t, { hub: half, options: { silenceMs: 50 } }), refusedAs('no-answer', /within 0\.05 s/));
});

test('a hub that is not there, refuses, or breaks off says so in a line', async (t) => {
  const nowhere = ask(t, { options: { hubUrl: 'http://127.0.0.1:1' } });
  await assert.rejects(nowhere, refusedAs('no-network', /cannot be reached \(.+\)/));

  const withStatus = (status: number): FakeHubOptions => ({
    answer: (_, response) => Boolean(response.writeHead(status).end('no')),
  });
  await assert.rejects(ask(t, { hub: withStatus(403) }), refusedAs('refused', /HTTP status 403/));
  await assert.rejects(ask(t, { hub: withStatus(500) }), refusedAs('refused', /HTTP status 500/));
  await assert.rejects(ask(t, { hub: withStatus(404) }), refusedAs('not-offered', /HTTP status 404/));

  const noSuchFile: FakeHubOptions = {
    answer: (_, response) => Boolean(response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end()),
  };
  await assert.rejects(ask(t, { hub: noSuchFile }), refusedAs('not-offered', /has no file tiny\.gguf/));

  const breaksOff: FakeHubOptions = {
    answer: (request, response) => {
      if (isSizeQuestion(request)) return false;
      response.writeHead(200, { 'Content-Length': MODEL_BYTES.length });
      response.write(MODEL_BYTES.subarray(0, 1000), () => response.destroy());
      return true;
    },
  };
  await assert.rejects(ask(t, { hub: breaksOff }), refusedAs('no-network', /cannot be reached/));

  const portal: FakeHubOptions = {
    answer: (_, response) => Boolean(response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Log in</h1>')),
  };
  await assert.rejects(ask(t, { hub: portal }), (error) => ModelError.is(error));
});

test('a file of another size is refused before its bytes are asked for', async (t) => {
  const { hubUrl, requests } = await fakeHub(t, { bytes: MODEL_BYTES.subarray(7) });
  const source = hubSource({ hubUrl, answerMs: 60_000 });
  const signal = new AbortController().signal;
  const request = { entry: ENTRY, scratchFolder: 'unused', signal, onProgress: () => undefined };
  await assert.rejects(collect(source.fetch(request)), refusedAs('wrong-size', /299993 bytes instead of 300000/));
  assert.equal(requests.length, 1);
});

test('a model without a place on the hub is not looked for there', async (t) => {
  const { hubUrl, requests } = await fakeHub(t);
  const { name, fileName, sizeBytes, sha256, licence } = ENTRY;
  const entry = { name, fileName, sizeBytes, sha256, licence };
  const signal = new AbortController().signal;
  const request = { entry, scratchFolder: 'unused', signal, onProgress: () => undefined };
  await assert.rejects(collect(hubSource({ hubUrl }).fetch(request)), refusedAs('not-offered', /./));
  assert.equal(requests.length, 0);
});

test('cancelling ends the waiting for an answer and the download', async (t) => {
  const beforeAnswer = new AbortController();
  const hub: FakeHubOptions = { answer: () => (beforeAnswer.abort(), true) };
  await assert.rejects(ask(t, { hub, signal: beforeAnswer.signal }), CancelledError);

  const inDownload = new AbortController();
  const onProgress = ({ doneBytes }: ModelProgress): void => {
    if (doneBytes > 0) inDownload.abort();
  };
  await assert.rejects(ask(t, { signal: inDownload.signal, onProgress }), CancelledError);
});
