/**
 * The tour: every step in its order, each kept as soon as it is done, so that whoever interrupts it loses one step at
 * most. It calls the engine and hands each result to a listener; it prints nothing and writes no file.
 */
import { collectAnswers } from '../../client/collectAnswers.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import { countAnswers } from '../../core/bias/answers.ts';
import type { Answer, Condition } from '../../core/bias/answers.ts';
import type { ModelSummary, StorePlace } from '../../protocol/engineService.ts';
import { VERSION } from '../../protocol/version.ts';
import type { Dated, ReportData } from '../report/data.ts';
import type { TourCalls } from './calls.ts';
import { fitVector } from './fitVector.ts';
import { KeptResults } from './kept.ts';
import { readChoice } from './lens.ts';
import type { TourPlan } from './plan.ts';
import { answersSchema, lensSchema, probeSchema, speedSchema } from './schemas.ts';
import { measureSpeed, tokensPerSecond } from './speed.ts';

export const STEPS = ['bias', 'vector', 'probe', 'steering', 'speed'] as const;
export type StepName = (typeof STEPS)[number];

export interface TourInput {
  readonly calls: TourCalls;
  readonly plan: TourPlan;
  readonly model: ModelSummary;
  readonly place: StorePlace;
  readonly threads: number;
  readonly seed: number;
  readonly isFresh: boolean;
  readonly command: string;
  readonly now: () => Date;
}

/** One short steered completion of this very run. */
export interface Live {
  readonly text: string;
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

export interface TourResult {
  readonly data: ReportData;
  /** Present where the steered answers were kept from an earlier run: the sign that the engine is at work. */
  readonly live?: Live;
}

/** Told of each step when it begins and what it found when it ends. */
export interface TourListener {
  begin(step: StepName): void;
  bias(plain: Dated<Condition>): void;
  vector(fit: Dated<ArtefactManifest>): void;
  probe(probe: ReportData['probe']): void;
  steering(data: Pick<ReportData, 'plain' | 'steered' | 'asked' | 'dose'>): void;
  speed(speed: ReportData['speed']): void;
}

export async function runTour(input: TourInput, listener: TourListener): Promise<TourResult> {
  const { calls, plan, model, place, threads, seed, isFresh, now } = input;
  const base = { fingerprint: model.fingerprint, precision: model.precision };
  const kept = new KeptResults({ engine: calls.engine, signal: calls.signal, base, isFresh, now });
  const answers = (step: string, prompts: TourPlan['prompts'], vector?: ArtefactManifest): Promise<Dated<Condition>> =>
    condition({ calls, kept, plan }, step, prompts, vector);

  listener.begin('bias');
  const plain = await answers('unsteered', plan.prompts);
  listener.bias(plain);

  listener.begin('vector');
  const fit = await fitVector(calls, kept, { plan, model, place, seed, isFresh });
  const vector = fit.value;
  listener.vector(fit);

  listener.begin('probe');
  const probeInputs = { target: plan.target.id, source: plan.source.id, hook: 'resid_post', seed };
  const probe = await kept.step('probe', probeInputs, probeSchema, () =>
    calls.engine.probe(probeInputs, { signal: calls.signal, onEvent: calls.onStep }),
  );
  listener.probe(probe);

  listener.begin('steering');
  const steered = await answers('steered', plan.prompts, vector);
  const asked = await answers('asked', plan.askingPrompts);
  const { dose, live } = await tryLive(calls, plan, vector);
  listener.steering({ plain, steered, asked, dose });
  const lens = await readLens(input, kept, vector);

  listener.begin('speed');
  const speed = await kept.step(
    'speed',
    { vector: vector.id, threads, prompt: plan.prompts[0]?.prompt ?? '' },
    speedSchema,
    () => measureSpeed(calls, plan, vector.name),
  );
  listener.speed(speed);

  const facts = await calls.engine.facts({}, { signal: calls.signal });
  const data: ReportData = {
    software: VERSION,
    madeAt: now().toISOString(),
    settings: settingsOf(input),
    ...{ model, facts, plain, steered, asked, fit, dose, probe, speed },
    ...{ target: plan.target, source: plan.source, prompts: plan.prompts },
    ...(lens === undefined ? {} : { lens }),
  };
  return steered.isKept ? { data, live } : { data };
}

interface Steps {
  readonly calls: TourCalls;
  readonly kept: KeptResults;
  readonly plan: TourPlan;
}

async function condition(
  { calls, kept, plan }: Steps,
  step: string,
  prompts: TourPlan['prompts'],
  vector?: ArtefactManifest,
): Promise<Dated<Condition>> {
  const options = { ...plan.answers, steer: vector === undefined ? [] : [{ name: vector.name, strength: 1 }] };
  // The id and not the name: a name may come to mean another artefact.
  const inputs = JSON.parse(JSON.stringify({ prompts, options, vector: vector?.id ?? null })) as JsonValue;
  const dated: Dated<readonly Answer[]> = await kept.step(step, inputs, answersSchema, async () => {
    const { answers } = await collectAnswers(calls, prompts, options, `answering, ${step}`);
    return answers;
  });
  return { ...dated, value: countAnswers(dated.value, plan.target.id) };
}

/** Tokens of the completion that shows a run to be live. */
const LIVE_TOKENS = 32;

async function tryLive(
  { engine, signal }: TourCalls,
  plan: TourPlan,
  vector: ArtefactManifest,
): Promise<{ dose: number; live: Live }> {
  const steer = [{ name: vector.name, strength: 1 }];
  const options = { ...plan.answers, batch: 1, maxTokens: LIVE_TOKENS, steer };
  const [answer] = await engine.generate({ prompts: plan.prompts.slice(0, 1), options }, { signal });
  return {
    dose: answer?.steer[0]?.dose ?? NaN,
    live: {
      text: answer?.text ?? '',
      tokens: answer?.tokens ?? 0,
      tokensPerSecond: answer === undefined ? NaN : tokensPerSecond(answer),
    },
  };
}

async function readLens(
  { calls, plan }: TourInput,
  kept: KeptResults,
  vector: ArtefactManifest,
): Promise<ReportData['lens']> {
  const inputs = { prompt: plan.prompts[0]?.prompt ?? '', opening: plan.opening, vector: vector.id };
  const before = await kept.recall('lens', inputs, lensSchema);
  if (before !== undefined) return before;
  const { value, ...date } = await kept.timed(() => readChoice(calls, plan, vector.name));
  if (value === undefined) return undefined;
  await kept.remember('lens', inputs, { ...date, value });
  return { ...date, value };
}

function settingsOf({ plan, threads, seed, command }: TourInput): ReportData['settings'] {
  const { maxTokens, repeatPenalty } = plan.answers;
  return { seed, threads, maxTokens, repeatPenalty, opening: plan.opening, request: plan.request, command };
}
