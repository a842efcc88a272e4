/** The current file as a probe of languages reads it: what is read, the pictures of its tokens, and the way back into the editor. */
import { whole } from '../../shared/strings.ts';
import { tokenScoreGrid } from '../../../src/core/charts/tokenScores.ts';
import type { FileReading, ProbesPanel, ProbesSnapshot } from '../../../src/protocol/panels/probes.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { button } from '../../shared/ui.ts';
import { TokenLines } from './tokenLines.ts';

export class FileSection {
  readonly element: HTMLElement;
  private readonly read;
  private readonly fit;
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly empty = el('p', { class: 'hint' });
  private readonly grid: GridFigure;
  private readonly lines: TokenLines;
  private readonly facts = el('dl', { class: 'facts' });
  private readonly pictures: HTMLElement;
  /** Which reading is drawn; the host has it under this key. */
  private drawn: number | undefined;
  private name = '';

  constructor(
    private readonly words: ProbesWords,
    private readonly host: Client<ProbesPanel>,
    private readonly tell: (error: unknown) => void,
  ) {
    const { page } = words;
    const ask = (call: Promise<null>): void => void call.catch(tell);
    const open = (index: number): void => {
      if (this.drawn !== undefined) ask(host.openToken({ key: this.drawn, index }));
    };
    this.read = button({ label: page.fileEmpty, onClick: () => ask(host.readFile({})) });
    this.fit = button({ label: page.fitLines, onClick: () => ask(host.fitLines({})) });
    const { gridTitle: title, gridNote: note, numbers: tableLabel, openHint: keysHint } = page;
    this.grid = new GridFigure({ id: 'tokens', title, note, tableLabel, keysHint }, ({ row }) => open(row));
    this.lines = new TokenLines(words, open);
    this.pictures = el('div', {}, this.grid.element, this.lines.element, this.facts);
    show(this.pictures, false);
    const actions = el('div', { class: 'controls above' }, this.read.element, this.fit.element);
    const parts = [actions, this.notice, this.problem, this.empty, this.pictures];
    this.element = el('section', { class: 'part' }, el('h2', {}, page.fileTitle), ...parts);
  }

  show({ file, isReading, fileProblem, reading, model }: ProbesSnapshot): void {
    const { page } = this.words;
    const isAgain = file !== undefined && file === reading?.name;
    setText(this.read.element, file === undefined ? page.noFile : fill(isAgain ? page.readAgain : page.readFile, file));
    this.read.setDisabled(file === undefined || isReading || model.state === 'missing');
    showOne([this.read.element, this.fit.element], (fileProblem?.needsProbe === true ? this.fit : this.read).element);
    setText(this.problem, fileProblem?.text ?? '');
    show(this.problem, fileProblem !== undefined);
    const notice = isReading
      ? fill(page.reading, file ?? '')
      : reading?.isStale === true
        ? fill(page.stale, reading.name)
        : '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.empty, page.fileEmpty);
    show(this.empty, reading === undefined && !isReading);
    if (reading === undefined) {
      this.drawn = undefined;
      show(this.pictures, false);
    } else if (reading.key !== this.drawn) this.fetch(reading.key, reading.name);
  }

  /** Asks for the tokens of a reading: they are too many for every snapshot. */
  private fetch(key: number, name: string): void {
    this.drawn = key;
    this.name = name;
    this.host
      .tokens({})
      .then((reading) => {
        // Another may have been read meanwhile: its snapshot asks for it.
        if (reading && reading.key === this.drawn) this.draw(reading);
      })
      .catch((error: unknown) => {
        this.drawn = undefined;
        this.tell(error);
      });
  }

  private draw(reading: FileReading): void {
    const { page } = this.words;
    const hasTokens = reading.tokens.length > 0;
    show(this.pictures, hasTokens);
    if (!hasTokens) {
      setText(this.empty, page.noText);
      return show(this.empty, true);
    }
    this.grid.show(tokenScoreGrid(reading, this.words.tokens));
    this.lines.show(reading);
    this.facts.replaceChildren(...this.factsOf(reading));
  }

  private factsOf({ tokens, firstLine, probe, model, readAt }: FileReading): HTMLElement[] {
    const { page } = this.words;
    const count = whole(tokens.length);
    return factsList([
      [page.file, this.name],
      [page.date, dateTime(readAt)],
      [page.model, model.name],
      [page.precision, model.precision],
      [page.probe, [fill(page.readBy, probe.name, probe.layer), ...probe.notes].join(' · ')],
      [page.tokensRead, firstLine === 0 ? count : fill(page.fromLine, count, firstLine + 1)],
    ]);
  }
}
