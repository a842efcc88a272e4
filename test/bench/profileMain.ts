/**
 * Measures where the time of a token goes, node by node, in fast and in int8 precision, what more tokens or rows in one run
 * cost, llama.cpp beside them, and how far int8 is from exact; writes docs/figures/profile.json and profile.md. Processor time
 * on one thread, so that other programs matter little. Run by `npm run bench:profile`.
 *   --runs N     runs of each figure (7)
 *   --places N   places in code that the gap is measured at (16)
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MainSession } from '../../src/engine/session/mainSession.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { openReal } from '../golden/model.ts';
import { realModelPath } from '../realModel.ts';
import { alternate, reportMarkdown, type Figure } from './figures.ts';
import { GAP_NEW, GAP_PROMPT, measureInt8Gap, type Int8Gap } from './int8Gap.ts';
import { thisMachine } from './machine.ts';
import { profileSteps, type NodeShare } from './nodeProfile.ts';
import { openPeer, type Peer } from './peer.ts';
import { PROMPT, promptOf } from './speed.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);
const PRECISIONS = ['fast', 'int8'] as const;
const STEPS = 32;
const ROWS = [2, 4];
const LONG_PROMPT = 256;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, places: { type: 'string', default: '16' } },
});
const [runs, places] = [Number(values.runs), Number(values.places)];

/** Milliseconds of processor time, of all threads of this process. */
async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function prefilled(main: MainSession, rows: number): Promise<void> {
  main.reserve(rows, PROMPT + STEPS);
  for (let row = 0; row < rows; row++) await main.prefill(row, { ids: promptOf(PROMPT, row) });
}

/** Of a step of so many rows. */
async function stepTime(main: MainSession, rows: number): Promise<number> {
  await prefilled(main, rows);
  const ids = promptOf(PROMPT + STEPS);
  const time = await processorTime(async () => {
    for (let position = PROMPT; position < ids.length; position++)
      await main.step(Array.from({ length: rows }, () => ({ id: ids[position], position })));
  });
  return time / STEPS;
}

/** Of a token that llama.cpp writes, its prompt left aside. */
async function peerTime(peer: Peer): Promise<number> {
  const prompt = await processorTime(() => peer.prefill(promptOf(PROMPT)));
  return Math.max(0, (await processorTime(() => peer.decode(promptOf(PROMPT), STEPS))) - prompt) / STEPS;
}

async function stepFigures(sessions: Readonly<Record<'fast' | 'int8', MainSession>>, peer: Peer | null) {
  const { fast, int8 } = sessions;
  const one = await alternate(runs, {
    int8: () => stepTime(int8, 1),
    fast: () => stepTime(fast, 1),
    ...(peer ? { 'llama.cpp, through node-llama-cpp 3.22.1': () => peerTime(peer) } : {}),
  });
  const figures: Figure[] = [];
  const base = { unit: 'ms' };
  const note = `processor time of a token on one thread, after a prompt of ${PROMPT}; ratios are of times.`;
  figures.push({ ...base, id: 'one', title: 'One token', series: [one[0], one[1]], note });
  if (peer) {
    const noteOfPeer =
      'the same GGUF on one thread; its own choice of a token is part of it, as it cannot be left out.';
    figures.push(
      { ...base, id: 'peer-int8', title: 'One token, int8 and llama.cpp', series: [one[0], one[2]], note: noteOfPeer },
      { ...base, id: 'peer-fast', title: 'One token, fast and llama.cpp', series: [one[1], one[2]], note: noteOfPeer },
    );
  }
  for (const rows of ROWS) {
    const series = await alternate(runs, { int8: () => stepTime(int8, rows), fast: () => stepTime(fast, rows) });
    figures.push({ ...base, id: `rows-${rows}`, title: `One token of ${rows} rows`, series, note });
  }
  const prompt = promptOf(LONG_PROMPT);
  const read = (main: MainSession) => async () => {
    main.reserve(1, LONG_PROMPT);
    return processorTime(() => main.prefill(0, { ids: prompt }));
  };
  const series = await alternate(runs, { int8: read(int8), fast: read(fast) });
  const noteOfPrompt = 'processor time on one thread; in both it runs in float32, so that the ratio shows the noise.';
  figures.push({ ...base, id: 'prompt', title: `A prompt of ${LONG_PROMPT} tokens`, series, note: noteOfPrompt });
  return figures;
}

function profileTable(profiles: readonly (readonly NodeShare[])[], titles: readonly string[]): string {
  const rows = profiles[0].map(({ what, nodes }) => {
    const times = profiles.map((shares) => shares.find((share) => share.what === what)?.milliseconds ?? 0);
    return `| ${what} | ${nodes} | ${times.map((time) => time.toFixed(2)).join(' | ')} |`;
  });
  const sums = profiles.map((shares) => shares.reduce((sum, { milliseconds }) => sum + milliseconds, 0).toFixed(2));
  return [
    `| what | nodes | ${titles.join(' | ')} |`,
    `| --- | --- | ${titles.map(() => '---').join(' | ')} |`,
    ...rows,
    `| all | ${profiles[0].reduce((sum, { nodes }) => sum + nodes, 0)} | ${sums.join(' | ')} |`,
  ].join('\n');
}

function gapText({ positions, top1, meanKl, worstKl, worstLogit, texts, sameTexts }: Int8Gap): string {
  return `At ${positions} positions of code (${texts} places of this project's sources, ${GAP_PROMPT} tokens of prompt, the ${GAP_NEW} after it
run one by one), int8 has the first token of exact at ${(100 * top1).toFixed(1)}%. KL divergence ${meanKl.toExponential(1)} nats in the mean and
${worstKl.toExponential(1)} at worst; a logit is off by ${worstLogit.toFixed(2)} at most. Of ${texts} greedy texts of ${GAP_NEW} tokens, ${sameTexts} are those of exact.`;
}

async function sessionsOf({ config, packed, exactHead }: LoadedModel): Promise<Record<'fast' | 'int8', MainSession>> {
  const open = (int8Tokens: boolean) => MainSession.create(config, packed, { threads: 1, int8Tokens }, exactHead);
  return { fast: await open(false), int8: await open(true) };
}

const model = await openReal('fast');
const peer = await openPeer(await realModelPath(), 1, 2 * LONG_PROMPT);
if (!peer) console.error('node-llama-cpp is not here: `npm run bench` installs it.');
console.error('measuring nodes ...');
const profiles: NodeShare[][] = [];
for (const rows of [1, 4])
  for (const precision of PRECISIONS) profiles.push(await profileSteps(model, precision, rows));
const sessions = await sessionsOf(model);
console.error('measuring steps ...');
const figures = await stepFigures(sessions, peer);
for (const session of Object.values(sessions)) await session.release();
console.error('measuring the gap ...');
const gap = await measureInt8Gap(await openReal('int8'), await openReal('exact'), places);

const command = `npm run bench:profile -- --runs ${runs} --places ${places}`;
const report = { machine: thisMachine(), command, file: 'profile.json', figures };
const titles = ['fast, ms', 'int8, ms', 'fast, 4 rows, ms', 'int8, 4 rows, ms'];
const page = `# Where a token's time goes

Each node of a decode step on one thread, as ONNX Runtime's own profile has it: the lower quartile of a node's time, times the
number of such nodes. With two threads the products take about half, and everything else as long as here. The head is multiplied
alike in both precisions: its row shows the noise, on a machine that others use. Record
[32](../decisions/0032-int8-for-single-tokens.md) says what follows from it.

${profileTable(profiles, titles)}

## How far int8 is from exact

${gapText(gap)}

${reportMarkdown(report).replace('# Figures', '## What a step costs')}`;
console.log(page);
writeFileSync(new URL('profile.md', FIGURES), page);
writeFileSync(
  new URL('profile.json', FIGURES),
  `${JSON.stringify({ machine: report.machine, command, profiles: titles.map((title, i) => ({ title, nodes: profiles[i] })), gap, figures }, null, 2)}\n`,
);
process.exit(0); // the peer's threads would keep the process
