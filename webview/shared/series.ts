/** Lines of one picture, told apart by dash, mark and colour: each series has a style by its place, in chart and legend. */
import { shape, svg } from './dom.ts';
import type { Theme } from './theme.ts';

/** The marks, as Chart.js names them. */
type Mark = 'circle' | 'triangle' | 'rect' | 'rectRot' | 'crossRot' | 'cross';

interface SeriesStyle {
  readonly dashes: readonly number[];
  readonly mark: Mark;
}

/** As many as a picture can have without being a tangle; the colours are the theme's, in the same order. */
const STYLES: readonly SeriesStyle[] = [
  { dashes: [], mark: 'circle' },
  { dashes: [9, 4], mark: 'triangle' },
  { dashes: [5, 3], mark: 'rect' },
  { dashes: [10, 3, 2, 3], mark: 'rectRot' },
  { dashes: [2, 3], mark: 'crossRot' },
  { dashes: [1, 5], mark: 'cross' },
];

function styleOf(index: number): SeriesStyle {
  return STYLES[index % STYLES.length] ?? { dashes: [], mark: 'circle' };
}

/** What Chart.js needs to draw a series in its style. @param index the place of the series, from 0 */
export function seriesLook(index: number, { series }: Theme) {
  const { dashes, mark } = styleOf(index);
  const colour = series[index % series.length] ?? '';
  return {
    borderColor: colour,
    backgroundColor: colour,
    hoverBackgroundColor: colour,
    hoverBorderColor: colour,
    borderWidth: index === 0 ? 2.5 : 1.8,
    borderDash: [...dashes],
    pointStyle: mark,
    pointBorderWidth: 1.5,
  };
}

/** The corners of each mark round (0, 0), in units of its size. */
const POLYGONS: Partial<Record<Mark, readonly (readonly [number, number])[]>> = {
  triangle: [
    [0, -1.1],
    [1, 0.8],
    [-1, 0.8],
  ],
  rect: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  rectRot: [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
};

const SIZE = 3.4;

/** A series in a legend: its stroke with its mark; colours are of the style sheet. */
export function seriesIcon(index: number): SVGSVGElement {
  const { dashes, mark } = styleOf(index);
  const name = `series-${index % STYLES.length}`;
  const line = (x1: number, y1: number, x2: number, y2: number): SVGElement =>
    shape('line', { x1, y1, x2, y2, class: `stroke ${name}` });
  const stroke = line(0, 7, 34, 7);
  if (dashes.length > 0) stroke.setAttribute('stroke-dasharray', dashes.join(' '));
  const [x, y] = [17, 7];
  const corners = POLYGONS[mark];
  const marks =
    mark === 'circle'
      ? [shape('circle', { cx: x, cy: y, r: SIZE, class: `mark ${name}` })]
      : corners
        ? [
            shape('polygon', {
              points: corners.map(([dx, dy]) => `${x + dx * SIZE},${y + dy * SIZE}`).join(' '),
              class: `mark ${name}`,
            }),
          ]
        : mark === 'cross'
          ? [line(x - SIZE, y, x + SIZE, y), line(x, y - SIZE, x, y + SIZE)]
          : [line(x - SIZE, y - SIZE, x + SIZE, y + SIZE), line(x - SIZE, y + SIZE, x + SIZE, y - SIZE)];
  return svg([34, 14], stroke, ...marks);
}
