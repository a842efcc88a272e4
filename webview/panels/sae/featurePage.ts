/** One feature: its label and the user's own, where it is strong, how strong, in which language, what it promotes, and which are alike. */
import { contextsGrid, histogramBars, logitBars, selectivityBars } from '../../../src/core/charts/feature.ts';
import { fixed, whole } from '../../../src/core/charts/format.ts';
import type { FeatureSteering } from '../../../src/protocol/panels/sae.ts';
import type { SaeFeatureResult } from '../../../src/protocol/saeFeatureTypes.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { BarsFigure } from '../../shared/barsFigure.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { fill } from '../../shared/strings.ts';
import { linkButton, textField } from '../../shared/ui.ts';
import { densityText } from './featureList.ts';
import { SteerControls, type SteerActions } from './steerControls.ts';

interface Actions extends SteerActions {
  readonly open: (feature: number) => void;
  readonly label: (feature: number, label: string) => void;
}

export class FeaturePage {
  readonly element: HTMLElement;
  private readonly heading = el('h2');
  private readonly own;
  private readonly facts = el('dl', { class: 'facts' });
  private readonly contexts: GridFigure;
  private readonly selectivity: BarsFigure;
  private readonly promoted: BarsFigure;
  private readonly suppressed: BarsFigure;
  private readonly histogram: BarsFigure;
  private readonly steer: SteerControls;
  private readonly nearest = el('ul', { class: 'feature-links' });
  private shown: number | undefined;

  constructor(
    private readonly words: SaeWords,
    private readonly actions: Actions,
  ) {
    const { page } = words;
    this.own = textField({
      id: 'own-label',
      label: page.ownLabel,
      onChange: (label) => {
        if (this.shown !== undefined) actions.label(this.shown, label.trim());
      },
    });
    const options = (id: string, title: string, note: string) => ({
      ...{ id, title, note },
      ...{ tableLabel: page.numbers, keysHint: page.keysHint },
    });
    this.contexts = new GridFigure(options('contexts', page.contextsTitle, page.contextsNote));
    this.selectivity = new BarsFigure(options('selectivity', page.selectivityTitle, page.selectivityNote));
    this.promoted = new BarsFigure(options('promoted', page.promotedTitle, page.promotedNote));
    this.suppressed = new BarsFigure(options('suppressed', page.suppressedTitle, page.suppressedNote));
    this.histogram = new BarsFigure(options('histogram', page.histogramTitle, page.histogramNote));
    this.steer = new SteerControls(words, actions);
    const pairs = [
      [this.promoted, this.suppressed],
      [this.selectivity, this.histogram],
    ].map((pair) => el('div', { class: 'texts' }, ...pair.map(({ element }) => element)));
    this.element = el(
      'section',
      { class: 'part' },
      this.heading,
      el('div', { class: 'controls above' }, this.own.element),
      this.facts,
      this.steer.element,
      el('div', { class: 'results' }, this.contexts.element, ...pairs),
      el('h2', {}, page.nearestTitle),
      this.nearest,
    );
    show(this.element, false);
  }

  hide(): void {
    this.shown = undefined;
    show(this.element, false);
  }

  /** What is to be done with it, where it steers. */
  showSteering(steering: FeatureSteering): void {
    this.steer.show(steering);
  }

  show(feature: SaeFeatureResult): void {
    const { page, charts } = this.words;
    const { index, label, ownLabel, density, active, mean, max, files } = feature;
    this.shown = undefined;
    setText(this.heading, `${fill(page.featureTitle, index)} · ${ownLabel ?? label}`);
    this.own.set(ownLabel ?? '');
    this.steer.showFeature(feature);
    this.facts.replaceChildren(
      ...factsList([
        [page.automatic, label],
        [page.density, fill(page.densityText, densityText(density), whole(active))],
        [page.activation, fill(page.activationText, fixed(mean, 2), fixed(max, 2))],
      ]),
    );
    show(this.contexts.element, feature.contexts.length > 0);
    show(this.histogram.element, feature.histogram.counts.length > 0);
    show(this.element, true);
    this.contexts.show(contextsGrid(feature, files, charts));
    this.selectivity.show(selectivityBars(feature, charts));
    this.promoted.show(logitBars(feature, 'promoted', charts));
    this.suppressed.show(logitBars(feature, 'suppressed', charts));
    this.histogram.show(histogramBars(feature, charts));
    this.nearest.replaceChildren(
      ...feature.nearest.map(([other, cosine], i) => {
        const text = fill(page.nearestText, other, String(feature.nearestLabels[i]), fixed(cosine, 2));
        return el(
          'li',
          {},
          linkButton(text, () => this.actions.open(other)),
        );
      }),
    );
    this.shown = index;
  }
}
