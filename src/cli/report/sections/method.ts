/** What was measured and how, what to doubt, and the command that does it again. */
import type { ReportData } from '../data.ts';
import { interval, layerRanges, plural, scopeInWords, whole } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Content } from '../html.ts';
import { shareOf } from '../../../core/bias/answers.ts';
import { facts } from './section.ts';
import type { Section } from './section.ts';

export function methodSection(data: ReportData): Section {
  const { model, settings, prompts, fit, facts: engine, software } = data;
  const types = Object.entries(model.weightTypes).map(([type, count]) => `${type} × ${count}`);
  return {
    id: 'method',
    heading: 'What was measured, and how',
    body: html`${facts([
        [
          'Model',
          `${model.name} (${model.architecture}; ${plural(model.layers, 'layer')}, width ${whole(model.dModel)})`,
        ],
        ['Weights', types.join(', ')],
        ['Fingerprint', html`<code class="hash">${model.fingerprint}</code>`],
        ['File, SHA-256', html`<code class="hash">${model.sha256}</code>`],
        ['Precision', precisionInWords(model.precision)],
        ['Threads', settings.threads],
        ['Memory of the engine', `${whole(engine.residentBytes / 1e6)} MB at the end`],
        ['Prompts', `${prompts.length}, held out from fitting; none names a language`],
        ['Answers', `greedy, repetition penalty ${settings.repeatPenalty}, at most ${settings.maxTokens} tokens`],
        ['Opening given', html`<code>${settings.opening}</code>`],
        ['Artefact', html`<code class="hash">${fit.value.id}</code>`],
        [
          'Vector acts at',
          `${fit.value.hook}, layer ${layerRanges(fit.value.layers)}; ${scopeInWords(fit.value.scope)}`,
        ],
        ['Seed', settings.seed],
        ['Steerscope', software],
      ])}
      <p>
        The language of an answer is told by guesslang from the body of its code, with fence and tag taken away.
        “Parses” means that the language’s tree-sitter grammar finds no error once the unfinished end is cut off; where
        there is no such grammar, no answer counts as valid. All intervals are 95% Wilson intervals; two conditions are
        compared on the same prompts by McNemar’s exact test.
      </p>`,
  };
}

export function limitsSection(data: ReportData): Section {
  return {
    id: 'limits',
    heading: 'Limits and doubts',
    body: html`<ul class="doubts">
      ${limits(data).map((limit) => html`<li>${limit}</li>`)}
    </ul>`,
  };
}

function limits({ plain, steered, target, settings, prompts, model, probe }: ReportData): Content[] {
  const share = shareOf(steered.value, target.id);
  const noCode = (steered.value.counts.none ?? 0) + (plain.value.counts.none ?? 0);
  return [
    `${plural(prompts.length, 'prompt')} are few: the steered share may well lie anywhere in ${interval(share)} per cent.`,
    'The answers were opened neutrally, up to a bare fence. Without an opening so small a model often explains and writes no code at all; these figures say nothing about that case.',
    `Answers stop after ${settings.maxTokens} tokens, so no program was run, and a syntax check sees a beginning only.`,
    'The detector has errors of its own, more with some languages than others. Compare with the row of asking, which it judges the same way.',
    noCode > 0 &&
      `${plural(noCode, 'answer')} of ${plain.value.n + steered.value.n} held no code; shares are of all answers, those included.`,
    'Fluency (perplexity under the unsteered model) was not measured here.',
    model.precision !== 'exact' &&
      `The ${model.precision} precision differs a little from exact arithmetic on the same weights; model --gap measures by how much.`,
    `The probes saw ${plural(probe.value.n, 'sample')}, and samples of one task resemble each other: their intervals are somewhat too narrow.`,
    'One model, one pair of languages, one seed. Greedy answers do not depend on the seed; fitting and probing do.',
  ].filter((limit) => limit !== false);
}

export function repeatSection({ settings, fit, target }: ReportData): Section {
  return {
    id: 'repeat',
    heading: 'Do it again',
    body: html`<p>This report was made by</p>
      <pre class="command"><code>${settings.command}</code></pre>
      <p>and the vector to ${target.name} is in the store, to be used on any prompt:</p>
      <pre
        class="command"
      ><code>node dist/cli.js generate --prompt "Write a function that reverses a list." --steer ${fit.value.name}</code></pre>`,
  };
}

function precisionInWords(precision: string): string {
  if (precision === 'exact') return 'exact: float32 arithmetic on the stored weights';
  if (precision === 'int8') return 'int8: as fast, with 8-bit activations while an answer is written';
  return 'fast: the stored 4-bit values, faster kernels';
}
