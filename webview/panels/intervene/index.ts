/** The panel of interventions: what is set above, what came of it below, both drawn from the host's whole snapshots. */
import { interveneSchemas } from '../../../src/protocol/panels/intervene.ts';
import type { IntervenePanel, InterveneSettings, InterveneSnapshot } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, show } from '../../shared/dom.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { Actions } from './actions.ts';
import { ChangeControls } from './changeControls.ts';
import { ResultView } from './result.ts';
import { SubjectControls } from './subjectControls.ts';
import { SweepView } from './sweep.ts';

export function intervenePanel(root: HTMLElement): Promise<void> {
  const host = connect<IntervenePanel>(interveneSchemas);
  return panelPage(root, host, (parts: PageParts<InterveneWords>): PageView<InterveneSnapshot> => {
    const { words, announcer, tell } = parts;
    const { client } = host;
    const chosen = new ChosenSettings<InterveneSettings>(tell);
    const ask = (call: Promise<unknown>): void => void call.catch(tell);
    const choose = (change: Partial<InterveneSettings>): void =>
      chosen.change(change, (settings) => client.choose(settings));
    const subject = new SubjectControls(words, client, choose, ask);
    const change = new ChangeControls(words, choose);
    const actions = new Actions(words, client, choose, ask, announcer);
    const result = new ResultView(words);
    const sweep = new SweepView(words, client, ask);
    const empty = el('p', { class: 'empty' }, words.page.empty);
    const draw = (told: InterveneSnapshot): void => {
      const snapshot = chosen.heard(told);
      subject.show(snapshot);
      change.show(snapshot);
      actions.show(snapshot);
      show(empty, snapshot.result === undefined && snapshot.sweep === undefined && snapshot.work === undefined);
      show(result.element, snapshot.result !== undefined);
      if (snapshot.result) result.show(snapshot.result, snapshot.isResultStale === true);
      sweep.show(snapshot.sweep);
    };
    const controls = el('div', { class: 'intervene' }, subject.element, change.element, actions.element);
    return { controls, content: [empty, result.element, sweep.element], draw };
  });
}
