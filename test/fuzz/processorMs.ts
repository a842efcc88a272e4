/** Processor time of this process, in milliseconds: a case that waits for its turn on a busy machine is no slow one. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
