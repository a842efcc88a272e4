/**
 * How well the shipped directions steer: `npm run quality:shipped`. 40 held-out tasks that name no language, greedy, repetition
 * penalty 1.1, 96 tokens; unsteered, asked in the prompt, and steered, with the neutral opening and without it. The judge
 * is guesslang; validity and the compilers stand beside it. Writes docs/figures/steering.{json,md}; takes about 20 minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { askFor } from '../../src/core/language/languages.ts';
import { NEUTRAL_OPENING, askInPrompt } from '../../src/core/language/openings.ts';
import { CORE_HELD_OUT_TASKS } from '../../src/core/language/prompts/heldOutTasks.ts';
import { taskPrompt } from '../../src/core/language/prompts/taskPrompt.ts';
import { median } from '../../src/core/stats/quantiles.ts';
import { wilson } from '../../src/core/stats/wilson.ts';
import { isValid, judgeAnswer, type Verdict } from '../../src/engine/judge/judge.ts';
import { measureOptions } from '../../src/protocol/measureOptions.ts';
import { createEngineService } from '../../src/engine/service/engineService.ts';
import { steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { TARGETS, steeringPage, type Condition, type Row } from './steeringPage.ts';

const engine = createEngineService();
const context = { signal: new AbortController().signal, emit: () => undefined };
await engine.open(
  { model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home: steerscopeHome(), get: true },
  context,
);

const rows: Row[] = [];
for (const opening of ['neutral', 'none'] as const) {
  rows.push(await measure({ way: 'unsteered', target: 'python', opening }));
  for (const target of TARGETS)
    for (const way of ['asked', 'steered', 'throughout'] as const) rows.push(await measure({ way, target, opening }));
}
write(rows);

async function measure(condition: Condition): Promise<Row> {
  const { way, target, opening } = condition;
  const prompts = CORE_HELD_OUT_TASKS.map((task) => ({
    id: task.id,
    prompt: way === 'asked' ? askInPrompt(taskPrompt(task), askFor(target)) : taskPrompt(task),
  }));
  const options = {
    ...measureOptions,
    ...(opening === 'neutral' ? { prefill: NEUTRAL_OPENING } : {}),
    steer: way === 'steered' || way === 'throughout' ? [{ name: target, strength: 1 }] : [],
    ...(way === 'throughout' ? { scope: 'all' } : {}),
  };
  const answers = await engine.generate({ prompts, options }, context);
  const verdicts: Verdict[] = [];
  for (const { text } of answers) verdicts.push(await judgeAnswer(text, { toolchain: true }));
  const row = summarise(
    condition,
    verdicts,
    answers.map(({ id }) => id),
  );
  console.log(`${opening} ${way} ${target}: ${row.share[0] * row.n} of ${row.n}, valid ${row.valid[0] * row.n}`);
  return row;
}

function summarise(condition: Condition, verdicts: readonly Verdict[], ids: readonly string[]): Row {
  const n = verdicts.length;
  const onTarget = verdicts.filter(({ language }) => language === condition.target);
  const checked = onTarget.filter(({ syntax }) => syntax?.available === true);
  const counts: Record<string, number> = {};
  for (const { language } of verdicts) counts[language] = (counts[language] ?? 0) + 1;
  const valid = verdicts.map((verdict) => isValid(verdict, condition.target));
  return {
    ...condition,
    n,
    withCode: verdicts.filter(({ hasCode }) => hasCode).length,
    share: wilson(onTarget.length, n),
    valid: wilson(valid.filter(Boolean).length, n),
    compiles: checked.length === 0 ? null : checked.filter(({ syntax }) => syntax?.ok === true).length,
    distinct3: median(verdicts.map(({ distinct3 }) => distinct3)),
    counts,
    answers: verdicts.map(({ language }, i) => ({ id: ids[i], language, valid: valid[i] })),
  };
}

function write(all: readonly Row[]): void {
  const folder = fileURLToPath(new URL('../../docs/figures', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const about = { machine: describeMachine(thisMachine()), command: 'npm run quality' };
  writeFileSync(`${folder}/steering.json`, `${JSON.stringify({ ...about, rows: all }, null, 2)}\n`);
  writeFileSync(`${folder}/steering.md`, steeringPage(about, all));
}
