/** What can be done with any picture: its figures copied, itself saved. The page says once how that reaches the host. */
import { csvOf, jsonOf } from '../../src/core/charts/table.ts';
import type { Table } from '../../src/core/charts/table.ts';
import type { FrameService, FrameWords } from '../../src/protocol/panels/frame.ts';
import type { Client } from '../../src/protocol/rpc.ts';
import type { Announcer } from './a11y.ts';
import { el } from './dom.ts';
import { fill } from './strings.ts';
import { readTheme } from './theme.ts';
import { linkButton } from './ui.ts';

interface Frame {
  readonly words: FrameWords;
  readonly host: Client<FrameService>;
  readonly announcer: Announcer;
  readonly tell: (error: unknown) => void;
}

let frame: Frame | undefined;

/** Called once a page, before any picture is made. */
export function setFrame(of: Frame): void {
  frame = of;
}

export interface ActedOn {
  /** The name of a file: small letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly table: () => Table | undefined;
  readonly picture: () => HTMLCanvasElement;
}

/** The buttons under a picture. */
export function pictureActions({ id, title, table, picture }: ActedOn): HTMLElement | null {
  if (!frame) return null;
  const { words, host, announcer, tell } = frame;
  const copy = (textOf: (of: Table) => string): void => {
    const of = table();
    if (!of) return;
    host.copy({ text: textOf(of) }).then(() => announcer.say(fill(words.copied, title), true), tell);
  };
  const save = (): void => {
    const png = onGround(picture())
      .toDataURL('image/png')
      .replace(/^data:image\/png;base64,/, '');
    host.savePicture({ name: id, png }).catch(tell);
  };
  return el(
    'div',
    { class: 'picture-actions', role: 'group', 'aria-label': title },
    linkButton(words.copyCsv, () => copy(csvOf)),
    linkButton(words.copyJson, () => copy(jsonOf)),
    linkButton(words.savePng, save),
  );
}

/** The picture on the ground of the page: charts are drawn on none. */
function onGround(picture: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = el('canvas');
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext('2d');
  if (!context) return picture;
  context.fillStyle = readTheme().background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  return canvas;
}
