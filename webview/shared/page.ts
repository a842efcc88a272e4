/** The frame of every panel: its title, what went wrong, news for screen readers, and each snapshot of the host drawn whole. */
import type { FrameService } from '../../src/protocol/panels/frame.ts';
import type { PanelService, Snapshot } from '../../src/protocol/panels/panel.ts';
import type { Client } from '../../src/protocol/rpc.ts';
import { Announcer } from './a11y.ts';
import { el, show } from './dom.ts';
import { setFrame } from './pictureActions.ts';

/** The host's end, as far as every panel has it. */
interface PanelHost<Words, S extends Snapshot> {
  readonly client: Client<PanelService<Words, S> & FrameService>;
  keep(state: unknown): void;
}

/** What a panel's parts are given beside the host. */
export interface PageParts<Words> {
  readonly words: Words;
  readonly announcer: Announcer;
  /** Says what went wrong, until the next snapshot comes. */
  readonly tell: (error: unknown) => void;
}

export interface PageView<S> {
  /** Under the title; what went wrong is said under them. */
  readonly controls: HTMLElement;
  readonly content: readonly HTMLElement[];
  draw(snapshot: S): void;
}

/** The words that every panel has. */
interface PageWords {
  readonly page: { readonly title: string; readonly lead: string };
}

/** Draws until the page ends. @param make the parts of the panel, made once */
export async function panelPage<Words extends PageWords, S extends Snapshot>(
  root: HTMLElement,
  { client, keep }: PanelHost<Words, S>,
  make: (parts: PageParts<Words>) => PageView<S>,
): Promise<void> {
  const [words, frameWords] = await Promise.all([client.words({}), client.frameWords({})]);
  const announcer = new Announcer();
  const alert = el('p', { class: 'problem', role: 'alert' });
  show(alert, false);
  const tell = (error: unknown): void => {
    alert.textContent = error instanceof Error ? error.message : String(error);
    show(alert, true);
  };
  setFrame({ words: frameWords, host: client, announcer, tell });
  const view = make({ words, announcer, tell });
  const { title, lead } = words.page;
  const header = el('header', {}, el('h1', {}, title), el('p', { class: 'lead' }, lead));
  root.replaceChildren(header, view.controls, alert, announcer.element, ...view.content);
  const onEvent = (snapshot: S): void => {
    show(alert, false);
    try {
      keep(snapshot.state);
      view.draw(snapshot);
    } catch (error) {
      // Said, and left behind: the next snapshot is whole again.
      tell(error);
    }
  };
  await client.watch({}, { onEvent });
}
