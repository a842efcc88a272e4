/**
 * *Written so far*: which language a body of code is in, told from one token inside it. The model wrote the bodies when
 * it was asked for the language; the probe sees neither the request nor the fence, and no other body of the same task.
 */
import { EMBED, blockHook } from '../../src/core/graph/hooks.ts';
import { classifyByKeywords } from '../../src/core/language/keywords.ts';
import type { LanguageId } from '../../src/core/language/languages.ts';
import type { CodingTask } from '../../src/core/language/prompts/task.ts';
import { parseCheck } from '../../src/engine/judge/parser.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { BODY_TOKENS, bodiesIn } from '../../src/engine/probe/bodies.ts';
import type { WorkContext } from '../../src/engine/workContext.ts';
import { SITES, type Site } from './probeActivations.ts';
import {
  HitCounter,
  foldsOf,
  guess,
  meanHits,
  takeColumns,
  takeRows,
  type Hits,
  type Reading,
} from './probeReadings.ts';

export const WRITTEN_LANGUAGES: readonly LanguageId[] = ['python', 'cpp', 'java', 'rust', 'javascript'];

/** The token of the body that is read, counted from 0. */
export const BODY_POSITION = 32;

const FOLDS = 5;

export interface WrittenToken {
  readonly ids: readonly number[];
  readonly label: number;
  /** Index of the task. */
  readonly task: number;
}

/** What became of the bodies of a language. */
export interface BodyCount {
  readonly language: LanguageId;
  readonly asked: number;
  /** Those with a token so far in. */
  readonly longEnough: number;
  /** Of these, those that keywords or the parser do not take for the language: left out. */
  readonly otherLanguage: number;
  readonly used: number;
}

export async function writtenTokens(
  model: LoadedModel,
  tasks: readonly CodingTask[],
  runs: string,
  context: WorkContext,
): Promise<{ tokens: WrittenToken[]; counts: BodyCount[] }> {
  const tokens: WrittenToken[] = [];
  const counts: BodyCount[] = [];
  for (const [label, language] of WRITTEN_LANGUAGES.entries()) {
    const bodies = await bodiesIn(model, language, tasks, { tokens: BODY_TOKENS, runs }, context);
    let [longEnough, used] = [0, 0];
    for (const [task, body] of bodies.entries()) {
      const ids = model.tokenizer.encode(body).slice(0, BODY_POSITION + 1);
      if (ids.length <= BODY_POSITION) continue;
      longEnough++;
      if (!(await isIn(body, language))) continue;
      used++;
      tokens.push({ ids, label, task });
    }
    counts.push({ language, asked: tasks.length, longEnough, otherLanguage: longEnough - used, used });
  }
  return { tokens, counts };
}

/** Whether keywords take the code for the language and its parser finds no fault in it. */
async function isIn(body: string, language: LanguageId): Promise<boolean> {
  return classifyByKeywords(body).language === language && (await parseCheck(body, language)).ok;
}

/** The values at the token: by layer at each place of a block, and of the embedding. */
export interface WrittenActivations {
  readonly sites: Readonly<Record<Site, readonly Float32Array[]>>; // [tokens, dModel]
  readonly embedding: Float32Array; // [tokens, dModel]
}

export async function readWritten(
  model: LoadedModel,
  tokens: readonly WrittenToken[],
  onText: () => void,
): Promise<WrittenActivations> {
  const { layers, heads, headWidth, dModel } = model.config;
  const hooks = SITES.flatMap((site) => Array.from({ length: layers }, (_, layer) => blockHook(layer, site)));
  const values = new Map(
    [...hooks, EMBED].map((hook) => [
      hook,
      new Float32Array(tokens.length * (hook.endsWith('hook_z') ? heads * headWidth : dModel)),
    ]),
  );
  for (const [row, { ids }] of tokens.entries()) {
    const run = await model.observed.run({ ids, hooks: [...values.keys()] });
    for (const [hook, value] of run.values) {
      const width = value.length / ids.length;
      values.get(hook)?.set(value.subarray(value.length - width), row * width);
    }
    onText();
  }
  const ofSite = (site: Site) =>
    Array.from({ length: layers }, (_, layer) => values.get(blockHook(layer, site)) ?? new Float32Array(0));
  const [z, mid, post] = SITES.map(ofSite);
  return {
    sites: { 'attn.hook_z': z, hook_resid_mid: mid, hook_resid_post: post },
    embedding: values.get(EMBED) ?? new Float32Array(0),
  };
}

/** Hits over tokens; by layer, those of heads as means over a layer's heads. */
export interface WrittenHits {
  readonly heads: readonly Hits[];
  readonly mid: readonly Hits[];
  readonly post: readonly Hits[];
  readonly embedding: Hits;
}

export function readLanguages(
  { sites, embedding }: WrittenActivations,
  tokens: readonly WrittenToken[],
  headWidth: number,
  seed: number,
): WrittenHits {
  const all: readonly Reading[] = ['unrefined', 'refined', 'converged', 'majority', 'shuffled'];
  const few: readonly Reading[] = ['unrefined', 'refined'];
  const n = tokens.length;
  const read = (X: Float32Array, readings: readonly Reading[]) => readToken(X, tokens, seed, readings);
  return {
    heads: sites['attn.hook_z'].map((layer) =>
      meanHits(
        Array.from({ length: layer.length / n / headWidth }, (_, head) =>
          read(takeColumns(layer, n, head * headWidth, headWidth), few),
        ),
      ),
    ),
    mid: sites.hook_resid_mid.map((layer) => read(layer, few)),
    post: sites.hook_resid_post.map((layer) => read(layer, all)),
    embedding: read(embedding, all),
  };
}

function readToken(X: Float32Array, tokens: readonly WrittenToken[], seed: number, readings: readonly Reading[]): Hits {
  const n = tokens.length;
  const folds = foldsOf(Math.max(...tokens.map(({ task }) => task)) + 1, FOLDS, seed);
  const labels = Int32Array.from(tokens, ({ label }) => label);
  const all = Int32Array.from(labels.keys());
  const counter = new HitCounter(n);
  for (let fold = 0; fold < FOLDS; fold++) {
    const test = all.filter((row) => folds[tokens[row].task] === fold);
    const train = all.filter((row) => folds[tokens[row].task] !== fold);
    const fitted = { X: takeRows(X, n, train), y: train.map((row) => labels[row]) };
    const setup = { classes: WRITTEN_LANGUAGES.length, seed, readings };
    counter.add(
      guess(fitted, takeRows(X, n, test), setup),
      test,
      test.map((row) => labels[row]),
    );
  }
  return counter.result();
}
