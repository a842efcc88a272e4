/** The shade of a value as a class of the style sheet: `heat-0` to `heat-8`. */
import { heatStep } from '../../../core/charts/heat.ts';

export function heatClass(value: number): string {
  return `heat-${heatStep(value)}`;
}
