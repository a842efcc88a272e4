import type { ProbeResults } from './probeResults.ts';
export function probesPage(results: ProbeResults): string {
  return JSON.stringify(results.clusters.length);
}
