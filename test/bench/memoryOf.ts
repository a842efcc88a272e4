/** What a process holds in memory, as the system tells it. */
import { readFileSync } from 'node:fs';

export interface Memory {
  readonly total: number;
  readonly anonymous: number;
  readonly weights: number;
  readonly programs: number;
}

/** Resident memory of a process in MB, by what it is of; null where the system has no /proc. */
export function memoryOf(pid: number): Memory | null {
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  } catch {
    return null;
  }
  const sum = { anonymous: 0, weights: 0, programs: 0 };
  let file = '';
  for (const line of maps.split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (mapping) file = mapping[1];
    const [, key, kilobytes] = /^(Rss|Anonymous):\s+(\d+) kB/.exec(line) ?? [];
    const megabytes = (Number(kilobytes) * 1024) / 1e6;
    const kind = file.endsWith('.bin') || file.endsWith('.gguf') ? 'weights' : 'programs';
    if (key === 'Rss') sum[kind] += megabytes;
    // A page that a process wrote to is its own, whatever file it came from.
    if (key === 'Anonymous') {
      sum.anonymous += megabytes;
      sum[kind] -= megabytes;
    }
  }
  return { ...sum, total: sum.anonymous + sum.weights + sum.programs };
}
