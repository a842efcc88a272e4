/** Where figures come from, as the list under them. */
import type { NamedFigures, Provenance } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import type { Change } from '../../../src/protocol/interventionTypes.ts';
import { dateTime, fill } from '../../shared/strings.ts';

export type Fact = readonly [name: string, value: string];

export function provenanceFacts({ model, precision, madeAt, software }: Provenance, { page }: InterveneWords): Fact[] {
  return [
    [page.model, model],
    [page.precision, precision !== 'exact' ? fill(page.fastNote, precision) : precision],
    [page.date, dateTime(madeAt)],
    [page.version, software],
  ];
}

/** What is said of figures that are not of what is set now; empty where they are. */
export function staleText({ stale, from }: NamedFigures, { page }: InterveneWords): string {
  if (stale === undefined) return '';
  return stale === 'model' ? fill(page.otherModel, from.model, from.precision) : page.stale;
}

/** "scale by a factor: 2" */
export function changeText(change: Change, { changes }: InterveneWords): string {
  if (change.kind === 'scale') return `${changes.scale}: ${change.factor}`;
  return change.kind === 'patch' ? `${changes.patch}: ${change.source}` : changes[change.kind];
}
