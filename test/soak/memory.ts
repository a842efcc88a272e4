/** Resident memory of the engine and of the extension host as a run goes on, and how far it has moved. */
import { median } from '../../src/core/stats/quantiles.ts';
import type { Measured } from '../../src/host/measure.ts';
import { residentBytes } from '../vscode/harness/processes.ts';
import type { Session } from '../vscode/harness/session.ts';
import { until } from '../vscode/harness/until.ts';

export interface MemorySample {
  readonly engineBytes: number;
  readonly hostBytes: number;
  /** The part of the host that its garbage collector manages. */
  readonly hostHeapBytes: number;
}

/** The share of a run that counts for nothing: caches fill, code is compiled. */
export const WARM_UP = 0.1;
/** The share of the rest that is compared at its two ends. */
export const END = 0.1;
/** Fewer samples have no ends to compare. */
const FEWEST = 20;

/** Watches the processes of a window that run now. */
export class MemoryWatch {
  private constructor(
    private readonly session: Session,
    private readonly engine: number,
    private readonly host: number,
  ) {}

  static async of(session: Session): Promise<MemoryWatch> {
    const { processes } = session;
    const engine = await until('one engine', () => only(processes.engines()));
    const host = await until('one extension host', () => only(processes.extensionHosts()));
    return new MemoryWatch(session, engine.pid, host.pid);
  }

  /** @throws Error where one of the processes is gone, or another engine runs beside it */
  sample(): MemorySample {
    const { processes, profile } = this.session;
    const [engineBytes, hostBytes] = [residentBytes(this.engine), residentBytes(this.host)];
    if (engineBytes === 0) throw new Error('the engine has ended');
    if (hostBytes === 0) throw new Error('the extension host has ended');
    if (processes.engines().length !== 1) throw new Error('there is more than one engine');
    return { engineBytes, hostBytes, hostHeapBytes: lastMeasured(profile.log()).heapBytes };
  }
}

export interface Drift {
  /** Median of the first tenth after the warm-up. */
  readonly first: number;
  /** Median of the last tenth. */
  readonly last: number;
  /** How far the last is from the first, as a share of the first. */
  readonly drift: number;
}

/** How far the end of a series is from its beginning; undefined where the series is too short to say. */
export function drift(series: readonly number[]): Drift | undefined {
  const warm = series.slice(Math.floor(series.length * WARM_UP));
  if (warm.length < FEWEST) return undefined;
  const length = Math.floor(warm.length * END);
  const [first, last] = [median(warm.slice(0, length)), median(warm.slice(-length))];
  return { first, last, drift: last / first - 1 };
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function lastMeasured(log: string): Measured {
  const [, json] = /measured (\{.*\})/.exec(log.slice(log.lastIndexOf('measured {'))) ?? [];
  if (json === undefined) throw new Error('the extension host has written no figures into its log');
  return JSON.parse(json) as Measured;
}
