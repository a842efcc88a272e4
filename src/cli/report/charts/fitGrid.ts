/**
 * The settings that were tried before one was chosen: a panel for each scope, a column for each place in the model, its
 * strengths above one another. The shade is the share of valid answers; the counts stand in the cells. Draws what the
 * manifest holds; the choice was the engine's.
 */
import { figure } from '../figure.ts';
import type { FitCandidate } from '../fitFigures.ts';
import { fixed, layerRanges, scopeInWords } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';
import { CHART_WIDTH, label, rect } from '../svg.ts';
import { heatClass } from './heat.ts';

const CELL_HEIGHT = 44;
const PANEL_GAP = 34;
const MAX_CELL_WIDTH = 140;

export function fitGrid(candidates: readonly FitCandidate[]): Html {
  const inOrder = candidates.toSorted(
    (a, b) => a.layers.length - b.layers.length || (a.layers[0] ?? 0) - (b.layers[0] ?? 0),
  );
  const places = [...new Set(inOrder.map(place))];
  const scopes = [...new Set(candidates.map(({ scope }) => scope))];
  const width = Math.min(MAX_CELL_WIDTH, CHART_WIDTH / places.length);
  const rows = Math.max(...scopes.flatMap((scope) => places.map((at) => column(candidates, scope, at).length)));
  const panel = PANEL_GAP + rows * CELL_HEIGHT;
  const bottom = scopes.length * panel;
  return figure({
    id: 'fit-grid',
    title: 'Settings tried, and how many of their answers were valid',
    description: `${candidates.length} settings in ${scopes.length} panels, one for each scope; a column for each place in the model, the stronger settings above. ${candidates
      .filter(({ isChosen }) => isChosen)
      .map((chosen) => `Chosen: ${inWords(chosen)}, ${chosen.valid} of ${chosen.n} valid.`)
      .join(' ')}`,
    drawing: {
      size: [CHART_WIDTH, bottom + 26],
      body: html`${scopes.map(
        (scope, i) =>
          html`${label(0, i * panel + 20, `steers ${scopeInWords(scope)}`, 'tick')}
          ${places.map((at, j) =>
            column(candidates, scope, at).map((cell, k) =>
              drawCell(cell, j * width, i * panel + PANEL_GAP + k * CELL_HEIGHT, width),
            ),
          )}`,
      )}
      ${places.map((at, j) => label((j + 0.5) * width, bottom + 18, at, 'tick', 'middle'))}`,
    },
    note: html`In each cell the valid answers of those tried, and the strength under it. A setting that did badly on its
    first tasks was given no more of them, so counts differ. The outlined setting was chosen.`,
    table: {
      caption: 'Settings tried on tasks of the fit split',
      columns: [
        { label: 'Layers' },
        { label: 'Strength', isNumber: true },
        { label: 'Scope' },
        { label: 'Answers', isNumber: true },
        { label: 'In the language', isNumber: true },
        { label: 'Valid', isNumber: true },
        { label: 'Chosen' },
      ],
      rows: candidates.map((cell) => [
        layerRanges(cell.layers),
        fixed(cell.strength, 2),
        scopeInWords(cell.scope),
        cell.n,
        cell.onTarget,
        cell.valid,
        cell.isChosen ? 'yes' : '',
      ]),
    },
  });
}

function drawCell(cell: FitCandidate, x: number, y: number, width: number): Content {
  const shade = heatClass(cell.valid / cell.n);
  const middle = x + width / 2;
  return html`${rect(x + 1, y + 1, width - 2, CELL_HEIGHT - 2, `cell ${shade}`)}
  ${label(middle, y + 20, `${cell.valid} of ${cell.n}`, 'cell-text', 'middle')}
  ${label(middle, y + 35, `× ${fixed(cell.strength, 2)}`, 'cell-note', 'middle')}
  ${cell.isChosen && rect(x + 2, y + 2, width - 4, CELL_HEIGHT - 4, 'ring')}`;
}

/** The settings of one panel and place, the strongest first. */
function column(candidates: readonly FitCandidate[], scope: string, at: string): FitCandidate[] {
  return candidates
    .filter((candidate) => candidate.scope === scope && place(candidate) === at)
    .sort((a, b) => b.strength - a.strength);
}

/** `layer 12`; `layers 12–14`; `5 layers, 12–20` where there are gaps: the table has them all. */
function place({ layers }: FitCandidate): string {
  const [first = 0] = layers;
  const last = layers.at(-1) ?? first;
  if (layers.length === 1) return `layer ${first}`;
  return last - first === layers.length - 1 ? `layers ${first}–${last}` : `${layers.length} layers, ${first}–${last}`;
}

function inWords(cell: FitCandidate): string {
  return `${place(cell)}, strength ${fixed(cell.strength, 2)}, ${scopeInWords(cell.scope)}`;
}
