/** The probability of each language along the tokens of a file, a line for each. */
import { languageLabel } from '../../../src/core/charts/format.ts';
import { tableOfGrid } from '../../../src/core/charts/grid.ts';
import { probability, tokenScoreGrid, tokenTitle } from '../../../src/core/charts/tokenScores.ts';
import type { TokenScores } from '../../../src/core/charts/tokenScores.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { figure } from '../../shared/figure.ts';
import { seriesIcon, seriesLook } from '../../shared/series.ts';
import type { Theme } from '../../shared/theme.ts';

const HEIGHT = 260;
/** Marks that a line has: more would hide it. */
const MARKS = 10;
const MARK_RADIUS = 3.5;

export class TokenLines {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<TokenScores>;

  /** @param onOpen told which token was clicked, or where Enter was pressed */
  constructor(
    private readonly words: ProbesWords,
    onOpen: (token: number) => void,
  ) {
    const { linesTitle: title, linesNote: note, numbers: tableLabel, openHint: keysHint } = words.page;
    this.figure = figure({ id: 'token-lines', title, note, tableLabel, keysHint, isTurned: true });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.figure.setHeight(HEIGHT);
    this.chart = new ThemedChart(canvas, (model, theme) => drawing(model, theme, words, onOpen));
    // A row of the table for each token, a column for each language.
    reading.onPlace((place) => this.chart.point(place && { datasetIndex: place.column - 1, index: place.row }));
    reading.onOpen(({ row }) => onOpen(row));
  }

  show(model: TokenScores): void {
    const grid = tokenScoreGrid(model, this.words.tokens);
    this.figure.setLegend(grid.columns.map((name, i) => ({ icon: seriesIcon(i), name })));
    this.figure.describe(grid.summary, () => tableOfGrid(grid));
    this.chart.show(model);
  }
}

function drawing(
  { languages, tokens }: TokenScores,
  theme: Theme,
  { page }: ProbesWords,
  onOpen: (token: number) => void,
): Drawing {
  const every = Math.max(1, Math.ceil(tokens.length / MARKS));
  return {
    configuration: {
      type: 'line',
      data: {
        datasets: languages.map((language, i) => ({
          ...seriesLook(i, theme),
          label: languageLabel(language),
          borderWidth: 1.5,
          data: tokens.map(({ scores }, x) => ({ x, y: scores[i] ?? NaN })),
          clip: false as const,
          // The marks of the lines stand beside each other.
          pointRadius: tokens.map((_, x) =>
            (x + Math.floor((i * every) / languages.length)) % every === 0 ? MARK_RADIUS : 0,
          ),
          pointHoverRadius: 5,
        })),
      },
      options: {
        layout: { padding: { top: 8, right: 12 } },
        scales: {
          x: {
            type: 'linear',
            min: 0,
            max: Math.max(1, tokens.length - 1),
            border: { color: theme.axis },
            grid: { color: theme.grid, drawTicks: false },
            ticks: { color: theme.muted, padding: 6, maxRotation: 0, precision: 0 },
            title: { display: true, text: page.tokenAxis, color: theme.muted },
          },
          y: shareAxis(theme, page.probabilityAxis),
        },
        interaction: { mode: 'nearest', intersect: false },
        onClick: (_event, [element]) => {
          if (element) onOpen(element.index);
        },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              title: ([item]) => {
                const token = tokens[item?.dataIndex ?? -1];
                return token ? tokenTitle(token) : '';
              },
              label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${probability(parsed.y ?? 0)}`,
            },
          },
        },
      },
    },
  };
}
