/** What a figure of a page was measured on, and when. */
import * as machine from '../../src/cli/machine.ts';
import type { MachineFacts } from '../../src/cli/machine.ts';

export interface Machine extends MachineFacts {
  readonly date: string;
}

export function thisMachine(): Machine {
  return { date: new Date().toISOString().slice(0, 10), ...machine.machineFacts() };
}

/** Machine and date in one line of a report. */
export function describeMachine({ date, ...facts }: Machine): string {
  return `Measured on ${date}: ${machine.describeMachine(facts)}.`;
}
