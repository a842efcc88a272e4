/** Which text is intervened in, and which of its tokens. */
import type {
  IntervenePanel,
  InterveneSettings,
  InterveneSnapshot,
  TokenPieces,
} from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { fill } from '../../shared/strings.ts';
import { TokenStrip } from '../../shared/tokenStrip.ts';
import { button, checkbox, textField } from '../../shared/ui.ts';

export type Choose = (change: Partial<InterveneSettings>) => void;
export type Ask = (call: Promise<unknown>) => void;

export class SubjectControls {
  readonly element: HTMLElement;
  private readonly text;
  private readonly isChat;
  private readonly prefill;
  private readonly takeCompletion;
  private readonly read;
  private readonly strip: TokenStrip;
  private readonly notice = el('p', { class: 'notice' });
  private readonly position = el('p', { class: 'hint' });

  constructor(
    private readonly words: InterveneWords,
    host: Client<IntervenePanel>,
    choose: Choose,
    ask: Ask,
  ) {
    const { page } = words;
    this.text = textField({ id: 'text', label: page.text, rows: 4, onChange: (text) => choose({ text }) });
    this.isChat = checkbox({ label: page.asChat, onChange: (isOn) => choose({ prefill: isOn ? '' : null }) });
    this.prefill = textField({ id: 'prefill', label: page.prefill, onChange: (prefill) => choose({ prefill }) });
    const isSecondary = true;
    const takeSelection = button({
      label: page.takeSelection,
      isSecondary,
      onClick: () => ask(host.takeSelection({})),
    });
    this.takeCompletion = button({
      label: page.takeCompletion,
      isSecondary,
      onClick: () => ask(host.takeCompletion({})),
    });
    this.read = button({ label: page.read, isSecondary, onClick: () => ask(host.read({})) });
    this.strip = new TokenStrip({
      id: 'tokens',
      label: page.token,
      hint: page.tokensHint,
      onChoose: (position) => choose({ position }),
    });
    const controls = [this.isChat, this.prefill, takeSelection, this.takeCompletion, this.read];
    this.element = el(
      'section',
      {},
      this.text.element,
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element)),
      this.notice,
      this.strip.element,
      this.position,
    );
  }

  /** @param pieces of the text, as far as they have come */
  show({ settings, tokens, model, hasCompletion, work }: InterveneSnapshot, pieces: TokenPieces): void {
    const { page } = this.words;
    const { text, prefill, position } = settings;
    const isBusy = work !== undefined;
    this.text.set(text);
    this.isChat.set(prefill !== null);
    this.prefill.set(prefill ?? '');
    show(this.prefill.element, prefill !== null);
    show(this.takeCompletion.element, hasCompletion);
    const isUnread = text !== '' && tokens === undefined && model.state !== 'missing';
    show(this.read.element, isUnread && model.state !== 'opening');
    for (const control of [this.text, this.isChat, this.prefill, this.read]) control.setDisabled(isBusy);
    const notices = [
      model.state === 'missing' ? page.noModel : '',
      model.state === 'opening' ? page.opening : '',
      text === '' ? page.noText : '',
      isUnread ? page.notRead : '',
    ];
    const notice = notices.find((one) => one !== '') ?? '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    const count = tokens?.count ?? 0;
    const at = position < 0 ? count + position : position;
    this.strip.set(pieces, at);
    setText(this.position, count === 0 ? '' : fill(page.chosenToken, at, count));
    show(this.position, count > 0);
  }
}
