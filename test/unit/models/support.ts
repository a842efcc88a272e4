/**
 * A model, a wheel, a pip and a hub of our own for tests of getting a model: small, on this machine, and as ill-behaved
 * as the test wants. No test here reaches a network.
 */
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import zlib from 'node:zlib';
import type { ModelEntry } from '../../../src/core/models/catalogue.ts';

/** Bytes that no compression shrinks, the same in every run. */
export const MODEL_BYTES = crypto.createHash('shake256', { outputLength: 300_000 }).update('model').digest();
export const MODEL_SHA256 = crypto.createHash('sha256').update(MODEL_BYTES).digest('hex');

export const ENTRY: ModelEntry = {
  name: 'tiny-test-model',
  fileName: 'tiny.gguf',
  sizeBytes: MODEL_BYTES.length,
  sha256: MODEL_SHA256,
  licence: 'MIT',
  hub: { repo: 'someone/tiny', revision: 'abc123', file: 'tiny.gguf' },
  pythonPackage: { name: 'tiny-model', version: '1.2', member: 'tiny_model/tiny.gguf', wheelBytes: 300_200 },
};

export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** What the archive claims, where that is to be a lie. */
  readonly declaredSize?: number;
  readonly method?: number;
  readonly encrypted?: boolean;
}

/** A zip archive by the PKWARE application note: local headers and data, central directory, end record. */
export function zip(members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const data = member.deflate ? zlib.deflateRawSync(member.bytes) : Buffer.from(member.bytes);
    // Shared by both headers: version, flags, method, time, date, CRC-32, packed size, size, name length, extra length.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(member.encrypted ? 1 : 0, 2);
    shared.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 4);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(member.declaredSize ?? member.bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** The wheel of ENTRY's package, in which the model lies among the usual small files. */
export function tinyWheel(model: Partial<ZipMember> = {}): Buffer {
  return zip([
    { name: 'tiny_model/__init__.py', bytes: Buffer.from('# nothing to run') },
    { name: 'tiny_model/tiny.gguf', bytes: MODEL_BYTES, deflate: true, ...model },
    { name: 'tiny_model-1.2.dist-info/METADATA', bytes: Buffer.from('Name: tiny-model'), deflate: true },
  ]);
}

export interface FakeProgram {
  /** As it would be called: `python3`, `pip`. */
  readonly name: string;
  /**
   * The body of an async function in JavaScript; sees `args`, `dest` (the folder after --dest), `fs`, `path`, `wheel`
   * (the path of the wheel to hand out) and `calls` (the path of the log of calls).
   */
  readonly body: string;
}

export const WORKING_PIP = `fs.copyFileSync(wheel, path.join(dest, 'tiny_model-1.2-py3-none-any.whl'));`;

/**
 * Surroundings in which only these programs exist, each writing a line of its name and arguments to a log of calls.
 * They are scripts for this very Node, told apart from other programs by their place alone.
 */
export async function fakePrograms(
  folder: string,
  programs: readonly FakeProgram[],
  wheel: Buffer = tinyWheel(),
): Promise<{ env: NodeJS.ProcessEnv; calls: () => Promise<string[]> }> {
  const bin = path.join(folder, 'bin');
  const calls = path.join(folder, 'calls.log');
  const wheelPath = path.join(folder, 'handed-out.whl');
  await fs.mkdir(bin, { recursive: true });
  await fs.writeFile(wheelPath, wheel);
  await fs.writeFile(calls, '');
  for (const { name, body } of programs) {
    const script = `#!${process.execPath}
const fs = require('node:fs'); const path = require('node:path');
const args = process.argv.slice(2); const dest = args[args.indexOf('--dest') + 1];
const wheel = ${JSON.stringify(wheelPath)}; const calls = ${JSON.stringify(calls)};
fs.appendFileSync(calls, [${JSON.stringify(name)}, ...args].join(' ') + '\\n');
(async () => { ${body} })();
`;
    await fs.writeFile(path.join(bin, name), script, { mode: 0o755 });
  }
  return {
    env: { PATH: bin },
    calls: async () => (await fs.readFile(calls, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}

/** Answers as the hub does for ENTRY: its size to the first question, then the file. */
export interface FakeHubOptions {
  readonly bytes?: Uint8Array;
  /** Answers in the place of the usual one; false where the usual one is wanted. */
  readonly answer?: (request: http.IncomingMessage, response: http.ServerResponse) => boolean;
}

export async function fakeHub(
  t: TestContext,
  { bytes = MODEL_BYTES, answer }: FakeHubOptions = {},
): Promise<{ hubUrl: string; requests: string[] }> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    if (answer?.(request, response)) return;
    if (request.url !== '/someone/tiny/resolve/abc123/tiny.gguf') {
      response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
    } else if (isSizeQuestion(request)) {
      const headers = { 'Content-Range': `bytes 0-0/${bytes.length}`, ETag: '"tiny"' };
      response.writeHead(206, headers).end(bytes.subarray(0, 1));
    } else {
      response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { hubUrl: `http://127.0.0.1:${port}`, requests };
}

export function isSizeQuestion(request: http.IncomingMessage): boolean {
  return request.headers.range === 'bytes=0-0';
}

/** All that a source sends, in one piece. */
export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  return Buffer.concat(all);
}

/**
 * A port on this machine whose connections are counted: as long as a program holds one, it lives. The programs here end
 * when `letGo` closes their connection.
 */
export async function connections(
  t: TestContext,
): Promise<{ port: number; held: () => number; closed: () => number; letGo: () => void }> {
  const sockets: net.Socket[] = [];
  let closed = 0;
  const letGo = (): void => sockets.forEach((socket) => socket.destroy());
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).on('close', () => closed++);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    letGo();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, held: () => sockets.length, closed: () => closed, letGo };
}
