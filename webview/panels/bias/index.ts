/** The panel of language bias: controls above, the study below, both drawn from the host's whole snapshots. */
import { biasSchemas } from '../../../src/protocol/panels/bias.ts';
import type { BiasPanel, BiasSnapshot } from '../../../src/protocol/panels/bias.ts';
import { Announcer } from '../../shared/a11y.ts';
import { el, show } from '../../shared/dom.ts';
import { connect } from '../../shared/rpc.ts';
import { fill } from '../../shared/strings.ts';
import { Controls } from './controls.ts';
import { Results } from './results.ts';

export async function biasPanel(root: HTMLElement): Promise<void> {
  const { client: host, keep } = connect<BiasPanel>(biasSchemas);
  const words = await host.words({});
  const announcer = new Announcer();
  const alert = el('p', { class: 'problem', role: 'alert' });
  show(alert, false);
  const tell = (error: unknown): void => {
    alert.textContent = error instanceof Error ? error.message : String(error);
    show(alert, true);
  };
  const controls = new Controls(words, host, announcer, tell);
  const results = new Results(words);
  const empty = el('p', { class: 'empty' }, words.page.empty);
  root.replaceChildren(
    el('header', {}, el('h1', {}, words.page.title), el('p', { class: 'lead' }, words.page.lead)),
    controls.element,
    alert,
    announcer.element,
    empty,
    results.element,
  );
  let wasUnderWay = false;
  const draw = (snapshot: BiasSnapshot): void => {
    keep(snapshot.state);
    controls.show(snapshot);
    const { study, work } = snapshot;
    const isShown = study !== undefined && study.parts.some(({ n }) => n > 0);
    show(empty, !isShown && work === undefined);
    show(results.element, isShown);
    if (!study || !isShown) return;
    results.show(study, work !== undefined);
    const answered = study.parts.reduce((sum, { n }) => sum + n, 0);
    if (wasUnderWay && !work) announcer.say(fill(words.page[study.end], answered, study.expected), true);
    wasUnderWay = work !== undefined;
  };
  const onSnapshot = (snapshot: BiasSnapshot): void => {
    show(alert, false);
    try {
      draw(snapshot);
    } catch (error) {
      // Said, and left behind: the next snapshot is whole again.
      tell(error);
    }
  };
  await host.watch({}, { onEvent: onSnapshot });
}
