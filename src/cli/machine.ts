/** What a figure was measured on: it means nothing without. */
import os from 'node:os';

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

export function machineFacts(): MachineFacts {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    node: process.version,
  };
}

/** In one line; this machine where no other is given. */
export function describeMachine({ cpu, cores, memoryGiB, system, node }: MachineFacts = machineFacts()): string {
  return `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}`;
}
