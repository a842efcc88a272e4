/** The panel of comparisons: controls above, the comparison below. Snapshots name it; its figures are asked for once. */
import { compareSchemas } from '../../../src/protocol/panels/compare.ts';
import type { ComparePanel, CompareSnapshot, ComparisonCase } from '../../../src/protocol/panels/compare.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { el, show } from '../../shared/dom.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { fill } from '../../shared/strings.ts';
import { Controls } from './controls.ts';
import { Results } from './results.ts';

export function comparePanel(root: HTMLElement): Promise<void> {
  const host = connect<ComparePanel>(compareSchemas);
  return panelPage(root, host, (parts: PageParts<CompareWords>): PageView<CompareSnapshot> => {
    const { words, announcer, tell } = parts;
    const controls = new Controls(parts, host.client);
    const results = new Results(words, (read) => controls.choose({ read }));
    const empty = el('p', { class: 'empty' }, words.page.empty);
    let latest: CompareSnapshot | undefined;
    let known: { readonly id: string; readonly comparison: ComparisonCase } | undefined;
    let asked = '';

    const drawResults = (): void => {
      if (!latest) return;
      const { work, shownId, settings } = latest;
      const hasText = work !== undefined && (work.texts.a !== '' || work.texts.b !== '');
      const comparison = known && known.id === shownId ? known.comparison : undefined;
      show(empty, work === undefined && shownId === undefined);
      show(results.element, hasText || comparison !== undefined);
      if (hasText) results.showWriting(work.texts.a, work.texts.b);
      else if (comparison) results.show(comparison, settings.read);
    };
    const fetch = async (id: string): Promise<void> => {
      asked = id;
      const comparison = await host.client.comparison({ id });
      // Another one may be shown by now, and has been asked for.
      if (comparison === null || latest?.shownId !== id) return;
      known = { id, comparison };
      drawResults();
      const { divergence } = comparison.result;
      announcer.say(divergence === null ? words.page.doneSame : fill(words.page.done, divergence), true);
    };
    const draw = (snapshot: CompareSnapshot): void => {
      latest = snapshot;
      controls.show(snapshot);
      drawResults();
      const { shownId } = snapshot;
      if (shownId !== undefined && shownId !== known?.id && shownId !== asked)
        fetch(shownId).catch((error: unknown) => {
          // Of one that is shown no more nobody needs to know.
          if (latest?.shownId === shownId) tell(error);
        });
    };
    return { controls: controls.element, content: [empty, results.element], draw };
  });
}
