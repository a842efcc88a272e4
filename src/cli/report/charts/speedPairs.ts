/** Tokens per second of every timed run, in pairs: the slope between a pair's two marks is the overhead. Draws only. */
import { linear, ticks } from '../../../core/charts/scale.ts';
import type { Speed } from '../data.ts';
import { figure } from '../figure.ts';
import { fixed, signedPercent } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { CHART_WIDTH, label, line, mark } from '../svg.ts';
import { conditionEntry, legend } from './legend.ts';

const ROW = 26;
const LEFT = 64;
const RIGHT = 72;

export function speedPairs(speed: Speed): Html {
  const all = speed.pairs.flatMap(({ plain, steered }) => [plain, steered]);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const margin = Math.max((high - low) * 0.12, 0.5);
  const domain = [low - margin, high + margin] as const;
  const x = linear(domain, [LEFT, CHART_WIDTH - RIGHT]);
  const bottom = speed.pairs.length * ROW + 10;
  return figure({
    id: 'speed-pairs',
    title: 'Tokens per second, run by run',
    description: `${speed.pairs.length} pairs of runs. Median without the vector ${fixed(speed.medianPlain, 1)} tokens per second, with it ${fixed(speed.medianSteered, 1)}; median overhead ${signedPercent(speed.overhead)}.`,
    legend: legend([conditionEntry('plain', 'unsteered'), conditionEntry('steered', 'steered')]),
    drawing: {
      size: [CHART_WIDTH, bottom + 44],
      body: html`${ticks(domain, 6).map(
        (value) =>
          html`${line([x(value), 4], [x(value), bottom], 'grid')}${label(x(value), bottom + 18, fixed(value, value % 1 === 0 ? 0 : 1), 'tick', 'middle')}`,
      )}
      ${label((LEFT + CHART_WIDTH - RIGHT) / 2, bottom + 36, 'tokens per second (the axis does not begin at 0)', 'tick', 'middle')}
      ${line([x(speed.medianPlain), 4], [x(speed.medianPlain), bottom], 'median plain')}
      ${line([x(speed.medianSteered), 4], [x(speed.medianSteered), bottom], 'median steered')}
      ${speed.pairs.map(({ plain, steered }, i) => {
        const y = i * ROW + ROW / 2 + 4;
        return html`${label(0, y + 4, `pair ${i + 1}`, 'tick')}${line([x(plain), y], [x(steered), y], 'tie')}${mark('plain', x(plain), y, 5)}${mark('steered', x(steered), y, 5)}${label(CHART_WIDTH, y + 4, signedPercent(plain / steered - 1), 'tick', 'end')}`;
      })}`,
    },
    note: html`The vertical lines are the medians: solid unsteered, dashed steered. At the right the pair's overhead:
    how much more time the steered run took.`,
    table: {
      caption: `Decoding speed in tokens per second, ${speed.tokensPerRun} tokens a run`,
      columns: [
        { label: 'Pair', isNumber: true },
        { label: 'First' },
        { label: 'Unsteered', isNumber: true },
        { label: 'Steered', isNumber: true },
        { label: 'Overhead', isNumber: true },
      ],
      rows: [
        ...speed.pairs.map(({ plain, steered, first }, i) => [
          i + 1,
          first === 'plain' ? 'unsteered' : 'steered',
          fixed(plain, 1),
          fixed(steered, 1),
          signedPercent(plain / steered - 1),
        ]),
        ['median', '', fixed(speed.medianPlain, 1), fixed(speed.medianSteered, 1), signedPercent(speed.overhead)],
      ],
    },
  });
}
