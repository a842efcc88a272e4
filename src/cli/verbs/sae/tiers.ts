/** `sae tiers`: one feature at the three tiers of aggressiveness, and what each of them costs in fluency. */
import { UsageError } from '../../../core/errors.ts';
import { TIERS, type FeatureOp } from '../../../core/sae/featureSteering.ts';
import { assertFeature } from '../../../core/sae/saeRecord.ts';
import { bootstrapRatio } from '../../../core/stats/bootstrap.ts';
import { distinctN, words } from '../../../core/stats/distinct.ts';
import { createRandom } from '../../../core/stats/random.ts';
import type { Interval } from '../../../core/stats/wilson.ts';
import type { FeatureChoice, GenerateOptions, Generated } from '../../../protocol/engineService.ts';
import type { Likelihood } from '../../../protocol/studyTypes.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { featureChoice } from '../../featureChoice.ts';
import { readPrompts, type PromptSet } from '../../input.ts';
import { numberOption, textOption } from '../../options.ts';
import type { Output } from '../../output.ts';
import { plain } from '../../plainText.ts';
import { storePlace, withModel, type ModelSession } from '../../session.ts';
import { interval, table } from '../../table.ts';

interface Flags {
  readonly prompt?: string;
  readonly prompts?: string;
  readonly prefill?: string;
  readonly maxTokens: number;
  readonly batch: number;
}

/** What one tier does to the answers. */
interface Tier {
  readonly tier: 'unsteered' | (typeof TIERS)[number];
  readonly answers: readonly { readonly id: string; readonly text: string }[];
  /** How many answers are others than unsteered. */
  readonly changed: number;
  /** -log p of the answers under the unsteered model, in nats a token; null where no answer has a token. */
  readonly nll: Interval | null;
  /** The share of distinct triples of words, averaged over the answers. */
  readonly distinct3: Interval;
}

export const tiersVerb = defineVerb<Flags>({
  name: 'tiers',
  summary: 'One feature at three tiers of aggressiveness, and the fluency that each costs',
  operand: 'feature',
  examples: [
    "code:123=0.3 --prompt 'Write a function that adds two numbers.'",
    'code:123 --prompts in.jsonl --batch 4',
  ],
  details:
    'The feature is AUTOENCODER:INDEX=D, D in median norms of its layer (0.2 where left out). when: D is added at tokens\n' +
    'that have the feature. hold: its part is D at every token. add: D is added at every token, on top of what is there.\n' +
    'NLL is that of the answers under the unsteered model, distinct-3 the share of their triples of words that are distinct.',
  options: [
    textOption('--prompt <text>', field.text, 'the prompt, exactly as it is'),
    textOption('--prompts <file>', field.someText, 'prompts, {"id", "prompt"} a line'),
    textOption('--prefill <text>', field.text, 'what the answers are made to begin with'),
    numberOption('--max-tokens <n>', field.maxTokens, 'the most tokens of an answer').default(96),
    numberOption('--batch <n>', field.batch, 'how many prompts are answered at once').default(1),
  ],
  async run(options, cli, operand) {
    const feature = featureChoice(operand, 'the feature');
    if (feature.op !== 'add')
      throw new UsageError(
        'bad-option',
        'the tiers are changes themselves, and take a dose',
        'Give AUTOENCODER:INDEX=DOSE, such as code:123=0.3.',
      );
    const set = await readPrompts(options);
    const { maxTokens, batch, prefill, seed } = options;
    const asked: GenerateOptions = {
      mode: 'auto',
      ...{
        maxTokens,
        batch,
        seed,
        temperature: 0,
        topP: 1,
        topK: 0,
        repeatPenalty: 1,
        stop: [],
        ignoreEos: false,
        steer: [],
      },
      ...(prefill === undefined ? {} : { prefill }),
    };
    const tiers = await withModel(cli, options, async (session) => {
      const { engine, calls } = session;
      const show = { ...storePlace(cli, options), name: feature.name };
      // Before anything is answered, which takes its time.
      assertFeature(await engine.show(show, { signal: calls.signal }), feature.index);
      return measure(session, set, feature, asked);
    });
    if (options.json) cli.output.json({ feature: operand, dose: feature.value, n: set.prompts.length, tiers });
    else print(tiers, set.prompts.length, cli.output);
  },
});

async function measure(
  { engine, calls }: ModelSession,
  { prompts }: PromptSet,
  feature: FeatureChoice,
  options: GenerateOptions,
): Promise<Tier[]> {
  const { signal } = calls;
  const onEvent = (event: { kind: string }): void => {
    if (isProgress(event)) calls.onEvent(event);
  };
  const prompt = new Map(prompts.map((one) => [one.id, one.prompt]));
  const tiers: Tier[] = [];
  let unsteered: readonly Generated[] = [];
  for (const tier of ['unsteered', ...TIERS] as const) {
    const features = tier === 'unsteered' ? [] : [{ ...feature, op: tier satisfies FeatureOp }];
    const answers = await engine.generate({ prompts, options: { ...options, features } }, { signal, onEvent });
    if (tier === 'unsteered') unsteered = answers;
    const { mode, prefill } = options;
    const scores = await engine.likelihood(
      {
        texts: answers.map(({ id, ids }) => ({ id, prompt: prompt.get(id) ?? '', ids })),
        options: { mode, ...(prefill === undefined ? {} : { prefill }) },
      },
      calls,
    );
    tiers.push(tierOf(tier, answers, scores, unsteered, options.seed));
  }
  return tiers;
}

type ProgressEvent = Parameters<ModelSession['calls']['onEvent']>[0];

function isProgress(event: { readonly kind: string }): event is ProgressEvent {
  return event.kind === 'progress';
}

function tierOf(
  tier: Tier['tier'],
  answers: readonly Generated[],
  scores: readonly Likelihood[],
  unsteered: readonly Generated[],
  seed: number,
): Tier {
  const nll = bootstrapRatio(
    scores.map(({ sum, tokens }) => ({ numerator: sum, denominator: tokens })),
    createRandom(seed),
  );
  return {
    tier,
    answers: answers.map(({ id, text }) => ({ id, text })),
    changed: answers.filter(({ text }, i) => text !== unsteered[i].text).length,
    nll: Number.isNaN(nll[0]) ? null : nll,
    distinct3: bootstrapRatio(
      answers.map(({ text }) => ({ numerator: distinctN(words(text), 3), denominator: 1 })),
      createRandom(seed),
    ),
  };
}

const EXCERPT = 60;

function print(tiers: readonly Tier[], n: number, output: Output): void {
  const rows = tiers.map(({ tier, changed, nll, distinct3, answers }) => [
    tier,
    `${changed} of ${n}`,
    nll === null ? '' : interval(nll),
    interval(distinct3),
    plain(answers[0]?.text.replace(/\s+/g, ' ').slice(0, EXCERPT) ?? ''),
  ]);
  output.lines(...table([['tier', 'changed', 'NLL a token', 'distinct-3', 'the first answer'], ...rows]));
}
