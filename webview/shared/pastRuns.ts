/** The list of what a panel has kept, to open one of them. Not there while there is none. */
import { show } from './dom.ts';
import { dateTime } from './strings.ts';
import { dropdown, type Control } from './ui.ts';

interface PastRun {
  readonly id: string;
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

interface PastRunsOptions {
  /** Unique in the page; `past` where it is not given. */
  readonly id?: string;
  readonly label: string;
  /** What stands there while none is shown. */
  readonly choose: string;
  readonly open: (id: string) => void;
  /** Where none may be chosen again: told of that. */
  readonly clear?: () => void;
}

export interface PastRuns extends Control {
  /** @param shownId of the one that is shown, where it was kept */
  show(past: readonly PastRun[], shownId: string | undefined): void;
}

export function pastRuns({ id: listId = 'past', label, choose, open, clear }: PastRunsOptions): PastRuns {
  const onChange = (id: string): void => {
    if (id !== '') open(id);
    else clear?.();
  };
  const list = dropdown({ id: listId, label, onChange });
  return {
    element: list.element,
    setDisabled: (isDisabled) => list.setDisabled(isDisabled),
    show(past, shownId) {
      const runs = past.map(({ id, title, createdAt }) => ({ value: id, label: `${title} · ${dateTime(createdAt)}` }));
      list.set([{ value: '', label: choose }, ...runs], shownId ?? '');
      show(list.element, past.length > 0);
    },
  };
}
