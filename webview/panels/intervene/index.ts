/** The panel of interventions: what is set above, what came of it below, both drawn from the host's whole snapshots. */
import { interveneSchemas } from '../../../src/protocol/panels/intervene.ts';
import type { IntervenePanel, InterveneSettings, InterveneSnapshot } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import { CaseControls } from '../../shared/caseControls.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, show } from '../../shared/dom.ts';
import { Fetched } from '../../shared/fetched.ts';
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
    const cases = new CaseControls(words.cases, client, tell);
    const redraw = (): void => drawLatest();
    const tokens = new Fetched((id: string) => client.tokens({ id }), redraw, tell);
    const sourceTokens = new Fetched((id: string) => client.tokens({ id }), redraw, tell);
    const single = new Fetched((id: string) => client.single({ id }), redraw, tell);
    const swept = new Fetched((id: string) => client.sweep({ id }), redraw, tell);
    const result = new ResultView(words);
    const sweep = new SweepView(words, client, ask);
    const empty = el('p', { class: 'empty' }, words.page.empty);
    let latest: InterveneSnapshot | undefined;
    const drawLatest = (): void => {
      if (!latest) return;
      const { work } = latest;
      subject.show(latest, tokens.want(latest.tokens?.id || undefined) ?? []);
      change.show(latest, sourceTokens.want(latest.sourceTokens?.id || undefined) ?? []);
      actions.show(latest);
      const isShown = latest.single !== undefined || latest.sweep !== undefined;
      cases.show(latest, isShown && work === undefined);
      show(empty, !isShown && work === undefined);
      result.show(latest.single, single.want(latest.single?.id));
      sweep.show(latest.sweep, swept.want(latest.sweep?.id));
    };
    const draw = (told: InterveneSnapshot): void => {
      latest = chosen.heard(told);
      drawLatest();
    };
    const controls = el('div', { class: 'intervene' }, subject.element, change.element, actions.element, cases.element);
    return { controls, content: [empty, result.element, sweep.element], draw };
  });
}
