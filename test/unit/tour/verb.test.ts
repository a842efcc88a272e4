import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../../src/cli/program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'steerscope-tour-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Run {
  readonly signals?: NodeJS.EventEmitter;
  readonly onStdout?: (text: string) => void;
}

/** Runs the program in this process, with the tests' engine in a process of its own. */
async function run(args: readonly string[], { signals = new EventEmitter(), onStdout }: Run = {}): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (part: Buffer) => {
    texts.stdout += part.toString();
    onStdout?.(texts.stdout);
  });
  stderr.on('data', (part: Buffer) => (texts.stderr += part.toString()));
  const modulePath = fileURLToPath(new URL('./fakeEngineMain.ts', import.meta.url));
  const status = await runCli(args, {
    engine: { modulePath, execArgv: ['--import', 'tsx'] },
    ...{ stdout, stderr, signals },
    env: { NO_COLOR: '1' },
    exit: (code) => assert.fail(`the program was ended at once with ${code}`),
  });
  return { status, ...texts };
}

test('a tour prints its findings, writes the report, and says what to try next', async () => {
  const report = path.join(folder, 'a.html');
  const { status, stdout, stderr } = await run(['tour', '--prompts', '3', '--report', report]);
  assert.equal(status, 0, stderr);
  const headings = [
    'The model',
    'What it writes by itself',
    'A vector to C++',
    'Where the language can be read',
    'Steered, and asked',
    'What it costs',
    'What next',
  ];
  const places = headings.map((heading) => stdout.indexOf(`\n${heading}\n`));
  assert.ok(
    places.every((at, i) => at > (places[i - 1] ?? 0)),
    stdout,
  );
  assert.ok(stdout.includes(report));
  assert.match(readFileSync(report, 'utf8'), /^<!doctype html>[\s\S]*<\/html>\n$/);
});

test('--json prints one document, and nothing else to stdout', async () => {
  const report = path.join(folder, 'b.html');
  const { status, stdout } = await run(['tour', '--prompts', '2', '--target', 'rust', '--report', report, '--json']);
  assert.equal(status, 0);
  const document = JSON.parse(stdout) as {
    report: string;
    data: { target: { id: string }; prompts: unknown[]; settings: { command: string } };
  };
  assert.equal(document.report, report);
  assert.equal(document.data.target.id, 'rust');
  assert.equal(document.data.prompts.length, 2);
  assert.equal(document.data.settings.command, 'npm start -- --target rust --prompts 2 --fresh');
});

const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a language that is not known', ['--target', 'cobolt'], /no language is called/],
  ['the source as the target', ['--target', 'python'], /both python/],
  ['no prompts at all', ['--prompts', '0'], /--prompts must be 1 or more/],
  ['more prompts than there are', ['--prompts', '4000'], /--prompts must be \d+ at most/],
  [
    'a report in a folder that is not there',
    ['--report', path.join('no', 'such', 'r.html')],
    /report cannot be written/,
  ],
];
for (const [name, args, message] of WRONG) {
  test(`${name} is a wrong call, said before anything is started`, async () => {
    const { status, stdout, stderr } = await run(['tour', ...args]);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  });
}

test('Ctrl-C ends a tour with 130 and leaves no report', async () => {
  const report = path.join(folder, 'c.html');
  const signals = new EventEmitter();
  process.env.FAKE_SLOW_PROBE = '1';
  try {
    let isRaised = false;
    const onStdout = (text: string): void => {
      if (isRaised || !text.includes('A vector to C++')) return;
      isRaised = true;
      signals.emit('SIGINT', 'SIGINT');
    };
    const { status, stdout } = await run(['tour', '--prompts', '2', '--report', report], { signals, onStdout });
    assert.equal(status, 130);
    assert.ok(!stdout.includes('Where the language can be read'));
    assert.ok(!existsSync(report));
  } finally {
    delete process.env.FAKE_SLOW_PROBE;
  }
});
