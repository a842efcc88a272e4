/** One cell as the panel shows it: names in place of ids. */
import { headsGrid, tokenNames, type LAYERS_WORDS } from '../../../core/charts/layersGrid.ts';
import { languageLabel } from '../../../core/charts/format.ts';
import { visiblePiece } from '../../../core/charts/pieces.ts';
import type { Words } from '../../../core/charts/words.ts';
import type { CellReading, LayersReading } from '../../../core/lens/reading.ts';
import type { LayersCell, NamedToken } from '../../../protocol/panels/layers.ts';

/** @param cell absent where the model is not there to say more */
export function cellOf(
  reading: LayersReading,
  row: number,
  layer: number,
  words: Words<typeof LAYERS_WORDS>,
  cell?: CellReading,
): LayersCell {
  const { ids, first, layers, top, pieces, measures, probe } = reading;
  const at = row * layers + layer;
  const position = first + row;
  const { confidence, ...others } = measures;
  const measured = Object.entries({ lens: confidence, ...others }).flatMap(([name, values]) => {
    const value = values?.[at] ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  return {
    layer,
    position,
    token: tokenNames(ids, pieces)[position],
    next: named(top[at], pieces),
    figures: Object.fromEntries(measured),
    languages: (probe?.scores ?? []).flatMap(({ language, values }) => {
      const value = values[at] ?? null;
      return value === null ? [] : [[languageLabel(language), value] as const];
    }),
    ...(cell ? { attention: headsGrid(cell, ids, words) } : {}),
    neurons: (cell?.neurons ?? []).map(({ promoted, suppressed, ...neuron }) => ({
      ...neuron,
      promoted: named(promoted, cell?.pieces ?? {}),
      suppressed: named(suppressed, cell?.pieces ?? {}),
    })),
  };
}

function named(
  top: readonly (readonly [number, number])[],
  pieces: Readonly<Record<string, string>>,
): readonly NamedToken[] {
  return top.map(([id, value]) => [visiblePiece(pieces[String(id)] ?? `#${id}`), value] as const);
}
