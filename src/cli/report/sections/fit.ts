/** The vector: how it was made, and how its layer and strength were chosen. */
import { fitGrid } from '../charts/fitGrid.ts';
import type { ReportData } from '../data.ts';
import { readCandidates } from '../fitFigures.ts';
import { fixed, layerRanges, scopeInWords } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import { facts, provenance } from './section.ts';
import type { Section } from './section.ts';

export function fitSection({ fit, dose, source, target, model }: ReportData): Section {
  const manifest = fit.value;
  const candidates = readCandidates(manifest);
  return {
    id: 'vector',
    heading: 'The vector, and where it acts',
    body: html`<p>
        The method ${html`<code>${manifest.method}</code>`} takes the model’s activations where it is about to write
        ${target.name}, less those where it is about to write ${source.name}, and adds that difference back
        ${scopeIsDecided(manifest.scope) ? 'until the language is decided' : 'while the model answers'}${howMuch(manifest.method)}.
        Layers and strength were chosen on tasks of the fit split by parsers and keywords; neither the judge nor the
        prompts of this report had a part in it.
      </p>
      ${facts([
        ['Artefact', html`<code>${manifest.name}</code>`],
        [
          manifest.layers.length === 1 ? 'Layer' : 'Layers',
          `${layerRanges(manifest.layers)} of ${model.layers} (${manifest.hook})`,
        ],
        ['Strength', `× ${fixed(manifest.strength, 2)}`],
        ['Dose', `${fixed(dose, 2)} of the layer’s median norm`],
        ['Scope', scopeInWords(manifest.scope)],
        ['Taken at', manifest.positions],
      ])}
      ${candidates.length === 0 ? html`<p>The manifest holds no record of the settings that were tried.</p>` : fitGrid(candidates)}
      ${provenance(['Vector', fit])}`,
  };
}

function scopeIsDecided(scope: string): boolean {
  return scope.startsWith('decide:');
}

function howMuch(method: string): string {
  if (!method.startsWith('gact')) return '';
  return ': the differences of single texts are gathered into a few directions for each layer, and at each token one probe chooses among them while another one sets how much is added';
}
