/** A full fuzz run as it is written down. Pure. */
import { describeMachine, type Machine } from '../bench/machine.ts';

export interface TargetReport {
  readonly n: number;
  readonly accepted?: number;
  /** By the reason given. */
  readonly refused?: Readonly<Record<string, number>> | number;
  readonly worstMs?: number;
  readonly crashes: number;
  readonly seconds: number;
  readonly peakRssMb: number;
}

export interface FuzzReport {
  readonly command: string;
  readonly seed: number;
  readonly machine: Machine;
  readonly targets: Readonly<Record<string, TargetReport>>;
}

const WHAT: Readonly<Record<string, string>> = {
  readers: 'GGUF and safetensors files, changed at random: cut off, a byte, a bit, 64 bits, pieces of one another',
  prefixes: 'the same files, cut off after each of their bytes: none may be accepted',
  tokenizer: 'tables of a tokenizer, and chat templates, changed and put together at random',
  documents: 'manifests of artefacts, of activations and of autoencoders, and study files, changed at random',
  rpc: 'messages to both ends of the RPC, between valid calls: each of these must be answered, cancelled or refused',
};

/** A hang is what takes longer than this. */
const HANG_MS = 1000;

export function fuzzMarkdown({ command, seed, machine, targets }: FuzzReport): string {
  const rows = Object.entries(targets).map(([name, { n, accepted, refused, worstMs, crashes, seconds }]) => {
    const reasons = typeof refused === 'object' ? Object.values(refused) : [];
    const cells = [
      `${name}: ${WHAT[name]}`,
      n.toLocaleString('en'),
      accepted?.toLocaleString('en') ?? '-',
      reasons.length > 0
        ? `${reasons.reduce((sum, count) => sum + count, 0).toLocaleString('en')}, for ${reasons.length} reasons`
        : '-',
      crashes,
      worstMs === undefined ? '-' : `${worstMs.toFixed(0)} ms${worstMs > HANG_MS ? ': **a hang**' : ''}`,
      `${seconds} s`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const peak = Math.max(...Object.values(targets).map(({ peakRssMb }) => peakRssMb));
  return `# Bad input

${describeMachine(machine)} Command: \`${command}\`. Seed ${seed}. Reasons are counted in \`fuzz.json\`.

Whatever a reader is given it accepts, or refuses by an error of ours that says what to do. Anything else (another
exception, a read outside of the file) is a crash; a case that takes more than ${HANG_MS / 1000} s of processor time is a hang.

| what | cases | accepted | refused | crashes | worst case | took |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

The whole process took ${peak} MB of memory at the most, Node with its compiler included.
`;
}
