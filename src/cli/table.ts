/** Aligned tables and bars for a terminal, as lines of text. Pure: prints nothing. */

export type Align = 'left' | 'right';

/** Rows as lines, their cells padded to columns; cells count one column a character. The first row may be a head. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, columnsOf(cell))));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const padding = ' '.repeat((widths[i] ?? 0) - columnsOf(cell));
        return align[i] === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A share from 0 to 1 as a bar of `width` characters. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** [estimate, lower, upper] as "0.98 [0.87, 1.00]". */
export function interval([estimate, low, high]: readonly [number, number, number]): string {
  return `${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

/** Ascending numbers as people write them: "0-5, 12, 20-29". */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const n of numbers) {
    const last = parts.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

// Colour changes take no column.
const COLOUR = /\u001b\[\d+m/g;

function columnsOf(cell: string): number {
  return [...cell.replace(COLOUR, '')].length;
}
