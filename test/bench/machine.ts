/** What a figure was measured on and when: it means nothing without. */
import os from 'node:os';

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    node: process.version,
  };
}

/** The machine in one line of a report. */
export function describeMachine({ date, cpu, cores, memoryGiB, system, node }: Machine): string {
  return `Measured on ${date}: ${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}.`;
}
