/** The bars of next-token probabilities: a group a token, a bar a run, each with its mark and its figure. */
import { percent } from '../../../src/core/charts/format.ts';
import type { ConditionId } from '../../../src/core/charts/conditions.ts';
import type { NextTokensChart, RunId } from '../../../src/core/charts/nextTokens.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { drawGroupNames, drawMarks, drawRowLabels } from '../../shared/chartExtras.ts';
import { figure } from '../../shared/figure.ts';
import { fillOf, markIcon } from '../../shared/marks.ts';
import type { Theme } from '../../shared/theme.ts';

const BAR = 12;
const BAR_GAP = 2;
/** Between two tokens; the name of the lower one stands in it. */
const GROUP_GAP = 38;
const AXIS = 28;
/** Room at the left for the marks, and at the right for the figures. */
const MARKS = 16;
const FIGURES = 48;

/** A run looks as the condition that it corresponds to. */
const LOOKS: Readonly<Record<RunId, ConditionId>> = { original: 'plain', changed: 'steered', source: 'asked' };

export class NextTokensBars {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<NextTokensChart>;
  private runs = 1;

  constructor({ page }: InterveneWords) {
    const { nextTitle: title, nextNote: note, numbers: tableLabel, keysHint } = page;
    this.figure = figure({ id: 'next', title, note, tableLabel, keysHint });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.chart = new ThemedChart(canvas, drawing);
    // A row of the table for each token; a column for the probability and one for the logit of each run.
    reading.onPlace((place) =>
      this.chart.point(place && { datasetIndex: (place.column - 1) % this.runs, index: place.row }),
    );
  }

  show(model: NextTokensChart): void {
    this.runs = model.runs.length;
    this.figure.setHeight(model.tokens.length * groupHeight(model) + AXIS);
    this.figure.setLegend(model.runs.map(({ id, name }) => ({ icon: markIcon(LOOKS[id]), name })));
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

function groupHeight({ runs }: NextTokensChart): number {
  return runs.length * (BAR + BAR_GAP) + GROUP_GAP;
}

function drawing(model: NextTokensChart, theme: Theme): Drawing {
  const { runs, tokens } = model;
  const looks = runs.map(({ id }) => LOOKS[id]);
  const labels = tokens.map(({ label }) => label);
  const values = runs.map((_, run) => tokens.map(({ probabilities }) => probabilities[run] ?? 0));
  return {
    configuration: {
      type: 'bar',
      data: {
        labels,
        datasets: runs.map(({ name }, run) => ({
          label: name,
          data: values[run] ?? [],
          backgroundColor: fillOf(looks[run] ?? 'plain', theme),
          hoverBackgroundColor: fillOf(looks[run] ?? 'plain', theme),
          borderColor: theme.conditions[looks[run] ?? 'plain'],
          borderWidth: theme.isHighContrast ? 1.5 : 1,
          // A bar of nothing is still seen to be there.
          minBarLength: 1,
        })),
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { left: MARKS, right: FIGURES } },
        scales: { x: shareAxis(theme), y: { display: false } },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: { label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${percent(parsed.x ?? 0)}` },
          },
        },
        datasets: {
          bar: { categoryPercentage: 1 - GROUP_GAP / groupHeight(model), barPercentage: BAR / (BAR + BAR_GAP) },
        },
      },
    },
    over: (chart) => {
      drawGroupNames(chart, { names: labels, colour: theme.foreground, ground: theme.background, rise: BAR / 2 + 4 });
      drawMarks(chart, { conditions: looks, colours: looks.map((look) => theme.conditions[look]) });
      drawRowLabels(chart, { texts: values.map((ofRun) => ofRun.map(percent)), colour: theme.muted });
    },
  };
}
