/** The panel of features: controls, the list, one feature, and what fires at the cursor; drawn from the host's whole snapshots. */
import { saePanelSchemas, type SaePanel, type SaeSnapshot } from '../../../src/protocol/panels/sae.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { el, show } from '../../shared/dom.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { Controls } from './controls.ts';
import { CursorFeatures } from './cursorFeatures.ts';
import { FeatureList } from './featureList.ts';
import { FeaturePage } from './featurePage.ts';
import { TrainingSection } from './training.ts';

export function saePanel(root: HTMLElement): Promise<void> {
  const host = connect<SaePanel>(saePanelSchemas);
  return panelPage(root, host, (parts: PageParts<SaeWords>): PageView<SaeSnapshot> => {
    const { words, announcer, tell } = parts;
    const { client } = host;
    const open = (feature: number): void => void client.open({ feature }).catch(tell);
    const controls = new Controls(words, client, announcer, tell);
    const list = new FeatureList(words, open);
    const feature = new FeaturePage(words, {
      open,
      choose: (steering) => void client.chooseSteering(steering).catch(tell),
      steer: (index) => void client.steer({ feature: index }).catch(tell),
      label: (index, label) => void client.label({ feature: index, label }).catch(tell),
    });
    const cursor = new CursorFeatures(words, open);
    const training = new TrainingSection(words, client, announcer, tell);
    const empty = el('p', { class: 'empty' }, words.page.featureEmpty);
    const drawnList = once<number>(tell);
    const drawnFeature = once<string>(tell);
    const drawnCursor = once<number>(tell);
    const draw = (snapshot: SaeSnapshot): void => {
      controls.show(snapshot);
      const isMissing = snapshot.model.state === 'missing';
      show(training.element, !isMissing);
      training.show(snapshot.training, !isMissing && snapshot.autoencoders?.length === 0);
      const { list: key, feature: index, featureVersion, cursor: read } = snapshot;
      show(list.element, key !== undefined);
      show(empty, key !== undefined && index === undefined);
      if (key === undefined) drawnList.forget();
      else
        drawnList.draw(key, async (isWanted) => {
          const answer = await client.list({});
          if (answer && answer.key === key && isWanted()) list.show(answer.result, index);
        });
      feature.showSteering(snapshot.steering);
      if (index === undefined || key === undefined) {
        drawnFeature.forget();
        feature.hide();
      } else
        drawnFeature.draw(`${index} ${featureVersion} ${snapshot.settings.name ?? ''}`, async (isWanted) => {
          const answer = await client.feature({});
          if (answer && isWanted()) feature.show(answer);
        });
      if (read === undefined) {
        drawnCursor.forget();
        cursor.hide();
      } else
        drawnCursor.draw(read.key, async (isWanted) => {
          const answer = await client.fires({});
          if (answer && isWanted()) cursor.show(answer.result, read);
        });
    };
    const content = [cursor.element, list.element, empty, feature.element, training.element];
    return { controls: controls.element, content, draw };
  });
}

/** Draws what a key names once, from figures that are asked for: they are too many for every snapshot. */
function once<Key>(tell: (error: unknown) => void) {
  let drawn: Key | undefined;
  return {
    forget: (): void => void (drawn = undefined),
    draw(key: Key, ask: (isWanted: () => boolean) => Promise<void>): void {
      if (key === drawn) return;
      drawn = key;
      // Another may be wanted by the time the answer is here.
      ask(() => drawn === key).catch((error: unknown) => {
        if (drawn === key) drawn = undefined;
        tell(error);
      });
    },
  };
}
