/**
 * The settings that were tried before one was chosen: layers across, strengths up, the score as shade and as a number in
 * each cell. Draws what the manifest holds; the choice was the engine's.
 */
import { figure } from '../figure.ts';
import { fixed, percent } from '../format.ts';
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';
import type { FitCandidate } from '../fitFigures.ts';
import { heatClass } from './heat.ts';
import { CHART_WIDTH, label, rect } from '../svg.ts';

const CELL_HEIGHT = 40;
const LEFT = 84;
const MAX_CELL_WIDTH = 112;

export interface GridInput {
  readonly candidates: readonly FitCandidate[];
  readonly chosen: { readonly layer: number; readonly strength: number };
  /** What the score is, in words: it goes under the picture. */
  readonly meaning: string;
}

export function fitGrid({ candidates, chosen, meaning }: GridInput): Html {
  const layers = [...new Set(candidates.map(({ layer }) => layer))].sort((a, b) => a - b);
  const strengths = [...new Set(candidates.map(({ strength }) => strength))].sort((a, b) => b - a);
  const width = Math.min(MAX_CELL_WIDTH, (CHART_WIDTH - LEFT) / Math.max(1, layers.length));
  const bottom = strengths.length * CELL_HEIGHT;
  const isChosen = ({ layer, strength }: FitCandidate): boolean =>
    layer === chosen.layer && strength === chosen.strength;
  return figure({
    id: 'fit-grid',
    title: 'Layers and strengths tried',
    description: `A grid of ${candidates.length} settings: ${candidates
      .map(
        (cell) =>
          `layer ${cell.layer}, strength ${fixed(cell.strength, 2)}: ${percent(cell.score)}${isChosen(cell) ? ', chosen' : ''}`,
      )
      .join('; ')}`,
    drawing: {
      size: [CHART_WIDTH, bottom + 44],
      body: html`${strengths.map((strength, j) => label(LEFT - 12, j * CELL_HEIGHT + 25, `× ${fixed(strength, 2)}`, 'tick', 'end'))}
      ${layers.map((layer, i) => label(LEFT + (i + 0.5) * width, bottom + 18, String(layer), 'tick', 'middle'))}
      ${label(LEFT + (layers.length * width) / 2, bottom + 36, 'layer', 'tick', 'middle')}
      ${candidates.map((cell): Content => {
        const [x, y] = [LEFT + layers.indexOf(cell.layer) * width, strengths.indexOf(cell.strength) * CELL_HEIGHT];
        const shade = heatClass(cell.score);
        return html`${rect(x + 1, y + 1, width - 2, CELL_HEIGHT - 2, `cell ${shade}`)}${label(x + width / 2, y + 25, percent(cell.score), `cell-text ${shade}`, 'middle')}${isChosen(cell) && rect(x + 2, y + 2, width - 4, CELL_HEIGHT - 4, 'ring')}`;
      })}`,
    },
    note: html`${meaning} The outlined setting was chosen.`,
    table: {
      caption: 'Settings tried on the fit split',
      columns: [
        { label: 'Layer', isNumber: true },
        { label: 'Strength', isNumber: true },
        { label: 'Score', isNumber: true },
        { label: 'Chosen' },
      ],
      rows: candidates.map((cell) => [
        cell.layer,
        fixed(cell.strength, 2),
        percent(cell.score),
        isChosen(cell) ? 'yes' : '',
      ]),
    },
  });
}
