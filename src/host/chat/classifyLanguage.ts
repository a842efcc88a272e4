/** The tool that tells languages: line by line as the model reads them, and of the whole as a detector does. */
import * as vscode from 'vscode';
import type * as v from 'valibot';
import { fixed, languageLabel } from '../../core/charts/format.ts';
import { SteerscopeError } from '../../core/errors.ts';
import type { Judged, LineReading, LinesResult } from '../../protocol/engineService.ts';
import type { EngineClient } from '../engine/engineHost.ts';
import { wordsOf } from '../messages.ts';
import type { Services } from '../services.ts';
import { inputOf, textToRead, type Tool } from './tool.ts';

const { t } = vscode.l10n;

const MAX_CHARACTERS = 20_000;

export interface ClassifyInput {
  readonly text: string;
}

const schema: v.GenericSchema<unknown, ClassifyInput> = inputOf({ text: textToRead(MAX_CHARACTERS) });

export function classifyLanguage({ engine }: Pick<Services, 'engine'>): Tool<ClassifyInput> {
  return {
    name: 'steerscope_classify_language',
    schema,
    doing: ({ text }) => t('Telling the language of {0} characters', text.length),
    run: ({ text }, signal) =>
      engine.use(
        async (client) => {
          const lines = await linesOrReason(client, text, signal);
          const [judged] = await client.judge({ answers: [{ id: 'text', text: asCode(text) }] }, { signal });
          return [lines, judgedText(judged)].join('\n\n');
        },
        { signal },
      ),
  };
}

/** A model that no probe was made on can still be asked for the language of the whole. */
async function linesOrReason(client: EngineClient, text: string, signal: AbortSignal): Promise<string> {
  try {
    return linesText(await client.lines({ text }, { signal }));
  } catch (error) {
    if (!SteerscopeError.is(error, 'no-line-probe')) throw error;
    return `Line by line: ${wordsOf(error)} In the editor: “Steerscope: Make a Probe for the Line-by-Line Language Read-Out”.`;
  }
}

/** A row for each run of lines in one language. Lines are counted from 1; blank ones belong to those around them. */
function linesText({ lines, languages, leftOut, probe }: LinesResult): string {
  const told = languages.map((id) => languageLabel(id)).join(', ');
  return [
    `Line by line, by a probe of the model (layer ${probe.layer}), which tells apart ${told} and no others:`,
    ...(leftOut.lines > 0 ? [`The first ${leftOut.lines} lines were not read: the text is too long.`] : []),
    'lines | language | mean score',
    ...runsOf(lines).map((run) => rowOf(run, languages)),
  ].join('\n');
}

/** The lines in their order, those that follow each other in one language together. */
function runsOf(lines: readonly LineReading[]): LineReading[][] {
  const runs: LineReading[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run?.[0].language === line.language) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

function rowOf(run: readonly LineReading[], languages: readonly string[]): string {
  const [{ line: first, language }] = run;
  const last = run.at(-1)?.line ?? first;
  const scores = run.map((line) => line.scores[languages.indexOf(language)] ?? 0);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const range = first === last ? `${first + 1}` : `${first + 1}-${last + 1}`;
  return `${range} | ${languageLabel(language)} | ${fixed(mean, 2)}`;
}

function judgedText({ language, confidence, parses }: Judged): string {
  const parsed = parses === undefined ? '' : `; it ${parses ? 'parses' : 'does not parse'} as such`;
  return `The whole, by a detector that is no part of the model: ${languageLabel(language)}, confidence ${fixed(confidence, 2)}${parsed}.`;
}

/** The judge looks for code in an answer: text without a fence is put into one that it cannot end. */
function asCode(text: string): string {
  if (/^[ \t]*(?:`{3,}|~{3,})/m.test(text)) return text;
  return `\`\`\`\n${text}\n\`\`\`\n`;
}
