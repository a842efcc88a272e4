/** The key of a chart: the mark or stroke as it is drawn, and its name, in text that wraps on a narrow screen. */
import type { ConditionId } from '../../../core/charts/conditions.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { mark } from '../svg.ts';

export interface LegendEntry {
  readonly name: string;
  /** What is drawn in a field of 28 by 16. */
  readonly sample: Html;
}

export function legend(entries: readonly LegendEntry[]): Html {
  return html`<ul class="legend">
    ${entries.map(
      ({ name, sample }) =>
        html`<li><svg viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">${sample}</svg>${name}</li>`,
    )}
  </ul>`;
}

export function conditionEntry(condition: ConditionId, name: string): LegendEntry {
  return { name, sample: mark(condition, 14, 8, 5) };
}
