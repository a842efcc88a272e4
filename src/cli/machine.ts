/** What a figure was measured on, in one line: it means nothing without. */
import os from 'node:os';

export function describeMachine(): string {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryGiB = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} cores of ${cpu}, ${memoryGiB} GiB, ${os.type()} ${os.arch()}, Node ${process.version}`;
}
