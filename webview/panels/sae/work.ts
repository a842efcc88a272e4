/** Work under way in this panel, in words. */
import { duration, whole } from '../../../src/core/charts/format.ts';
import type { PanelWork } from '../../../src/protocol/panels/panel.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { fill } from '../../shared/strings.ts';

/** "training: 30 of 120 · about 47 s left in this step". */
export function workInWords({ phase, done, total, leftMs }: PanelWork, page: SaeWords['page']): string {
  const step =
    phase === ''
      ? page.starting
      : total === undefined
        ? fill(page.step, phase, whole(done))
        : fill(page.stepOf, phase, whole(done), whole(total));
  return [step, ...(leftMs === undefined ? [] : [fill(page.left, duration(leftMs))])].join(' · ');
}
