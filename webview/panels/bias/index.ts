/** The panel of language bias: controls above, the study below, both drawn from the host's whole snapshots. */
import { biasSchemas } from '../../../src/protocol/panels/bias.ts';
import type { BiasPanel, BiasSnapshot } from '../../../src/protocol/panels/bias.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { el, show } from '../../shared/dom.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { fill } from '../../shared/strings.ts';
import { Controls } from './controls.ts';
import { Results } from './results.ts';

export function biasPanel(root: HTMLElement): Promise<void> {
  const host = connect<BiasPanel>(biasSchemas);
  return panelPage(root, host, (parts: PageParts<BiasWords>): PageView<BiasSnapshot> => {
    const { words, announcer, tell } = parts;
    const controls = new Controls(words, host.client, announcer, tell);
    const results = new Results(words);
    const empty = el('p', { class: 'empty' }, words.page.empty);
    let wasUnderWay = false;
    const draw = (snapshot: BiasSnapshot): void => {
      controls.show(snapshot);
      const { study, work, compared, past } = snapshot;
      const isShown = study !== undefined && study.parts.some(({ n }) => n > 0);
      show(empty, !isShown && work === undefined);
      show(results.element, isShown);
      if (!study || !isShown) return;
      const title = past.find(({ id }) => id === compared?.id)?.title ?? '';
      results.show(study, work !== undefined, compared && { ...compared.study, title });
      const answered = study.parts.reduce((sum, { n }) => sum + n, 0);
      if (wasUnderWay && !work) announcer.say(fill(words.page[study.end], answered, study.expected), true);
      wasUnderWay = work !== undefined;
    };
    return { controls: controls.element, content: [empty, results.element], draw };
  });
}
