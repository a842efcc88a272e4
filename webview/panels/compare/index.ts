/** The panel of comparisons: controls above, the comparison below. Snapshots name it; its figures are asked for once. */
import { compareSchemas } from '../../../src/protocol/panels/compare.ts';
import type { ComparePanel, CompareSnapshot, ComparisonCase } from '../../../src/protocol/panels/compare.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { el, show } from '../../shared/dom.ts';
import { Fetched } from '../../shared/fetched.ts';
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
    const drawResults = (): void => {
      if (!latest) return;
      const { work, shownId, settings } = latest;
      const hasText = work !== undefined && (work.texts.a !== '' || work.texts.b !== '');
      const comparison = fetched.want(shownId) ?? undefined;
      show(empty, work === undefined && shownId === undefined);
      show(results.element, hasText || comparison !== undefined);
      if (hasText) results.showWriting(work.texts.a, work.texts.b);
      else if (comparison) results.show(comparison, settings.read);
    };
    const fetched = new Fetched<string, ComparisonCase | null>(
      (id) => host.client.comparison({ id }),
      (comparison) => {
        // Another one is shown by now, and its snapshot asks for it.
        if (comparison === null) return;
        drawResults();
        const { divergence } = comparison.result;
        announcer.say(divergence === null ? words.page.doneSame : fill(words.page.done, divergence), true);
      },
      tell,
    );
    const draw = (snapshot: CompareSnapshot): void => {
      latest = snapshot;
      controls.show(snapshot);
      drawResults();
    };
    return { controls: controls.element, content: [empty, results.element], draw };
  });
}
