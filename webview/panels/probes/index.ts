/** The panel of probes: controls above, the study below, and the current file; all drawn from the host's whole snapshots. */
import type { ProbesPanel, ProbesSnapshot } from '../../../src/protocol/panels/probes.ts';
import { probesSchemas } from '../../../src/protocol/panels/probes.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import { el, show } from '../../shared/dom.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { fill } from '../../shared/strings.ts';
import { Controls } from './controls.ts';
import { FileSection } from './fileSection.ts';
import { Results } from './results.ts';

export function probesPanel(root: HTMLElement): Promise<void> {
  const host = connect<ProbesPanel>(probesSchemas);
  return panelPage(root, host, (parts: PageParts<ProbesWords>): PageView<ProbesSnapshot> => {
    const { words, announcer, tell } = parts;
    const controls = new Controls(words, host.client, announcer, tell);
    const results = new Results(words);
    const file = new FileSection(words, host.client, tell);
    const empty = el('p', { class: 'empty' }, words.page.empty);
    /** Which study is drawn; the host has it under this key. */
    let drawn: number | undefined;
    let wasUnderWay = false;
    /** Asks for the figures of a study: they are too many for every snapshot. */
    const fetchStudy = async (): Promise<void> => {
      const figures = await host.client.figures({});
      // Another may be shown meanwhile: its snapshot asks for it.
      if (!figures || figures.key !== drawn) return;
      const { study } = figures;
      results.show(study, wasUnderWay);
      show(results.element, true);
      if (wasUnderWay) return;
      announcer.say(fill(words.page[study.end], study.results.length, study.hooks.length), true);
    };
    show(results.element, false);
    const draw = (snapshot: ProbesSnapshot): void => {
      controls.show(snapshot);
      file.show(snapshot);
      const { study, work } = snapshot;
      wasUnderWay = work !== undefined;
      show(empty, study === undefined && work === undefined);
      if (study === undefined) {
        drawn = undefined;
        show(results.element, false);
      } else if (study !== drawn) {
        drawn = study;
        fetchStudy().catch((error: unknown) => {
          drawn = undefined;
          tell(error);
        });
      }
    };
    return { controls: controls.element, content: [empty, results.element, file.element], draw };
  });
}
