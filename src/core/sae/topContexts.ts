/**
 * The strongest places of one feature while a corpus goes by: the best of all, so many of a file at most, in bounded memory.
 * Files come one after another.
 */

export interface Ranked {
  readonly value: number;
  /** Counted from 0. */
  readonly file: number;
}

export class TopContexts<T extends Ranked> {
  /** Descending; of equals the earlier one first. */
  private readonly kept: T[] = [];

  constructor(
    private readonly count: number,
    private readonly perFile: number,
  ) {}

  /** Whether {@link add} would keep it: asked first, where making it is work. */
  takes({ value, file }: Ranked): boolean {
    const rival = this.rival(file);
    return rival < 0 || value > this.kept[rival].value;
  }

  /** Keeps it where it is among the best, and lets go of what it is better than. */
  add(context: T): void {
    if (!this.takes(context)) return;
    const rival = this.rival(context.file);
    if (rival >= 0) this.kept.splice(rival, 1);
    const at = this.kept.findIndex(({ value }) => value < context.value);
    this.kept.splice(at < 0 ? this.kept.length : at, 0, context);
  }

  list(): readonly T[] {
    return this.kept;
  }

  /** Which one would go for another of this file: the weakest of the file where it has its share, or the weakest of all; -1 where there is room. */
  private rival(file: number): number {
    let ofFile = 0;
    for (const kept of this.kept) if (kept.file === file) ofFile++;
    if (ofFile >= this.perFile) return this.kept.findLastIndex((kept) => kept.file === file);
    return this.kept.length < this.count ? -1 : this.kept.length - 1;
  }
}
