/** "Inspect This Completion": the last one that was offered, taken apart by the engine and shown as a text. */
import path from 'node:path';
import * as vscode from 'vscode';
import { LANGUAGES, languageNamed } from '../../core/language/languages.ts';
import type { LensParams, ModelSummary } from '../../protocol/engineService.ts';
import type { LastCompletion } from '../completion/completionState.ts';
import type { EngineClient, UseOptions } from '../engine/engineHost.ts';
import type { Services } from '../services.ts';
import { addressOf } from '../textDocuments.ts';
import { inspectionText } from './inspectionText.ts';

const { t } = vscode.l10n;

/** Next tokens that are asked for of each layer. */
const TOP = 3;

export async function inspectLast({ completionState, engine, tasks }: Services): Promise<void> {
  const { last } = completionState;
  if (!last) {
    void vscode.window.showInformationMessage(t('Nothing has been completed yet: there is nothing to inspect.'));
    return;
  }
  const task = { kind: 'inspect', title: t('Taking the completion apart') };
  const text = await tasks.run(task, ({ signal, report }) =>
    engine.use((client, model) => inspect(client, model, last, { signal, onProgress: report }), { signal }),
  );
  await vscode.commands.executeCommand('markdown.showPreviewToSide', addressOf('completion.md', text));
  void offerLayers();
}

/** The text says what each layer would write at one token; the panels show every token. */
async function offerLayers(): Promise<void> {
  const [layers, features] = [t('Show Layers'), t('Show Features')];
  const answer = await vscode.window.showInformationMessage(t('The completion is taken apart.'), layers, features);
  if (answer === layers) await vscode.commands.executeCommand('steerscope.readCompletionLayers');
  if (answer === features) await vscode.commands.executeCommand('steerscope.showFeatures', { of: 'completion' });
}

async function inspect(
  client: EngineClient,
  model: ModelSummary,
  { uri, position, completion: { plan, answered } }: LastCompletion,
  { signal, onProgress }: UseOptions,
): Promise<string> {
  const { prompt, surface, options, named } = plan;
  const { prefill = '', steer } = options;
  const calls = { signal, onEvent: onProgress };
  const chat = surface === 'answer' ? { asked: { mode: 'chat', prefill } as const } : {};
  const asked: LensParams = { text: prompt, special: false, layers: 'all', top: TOP, last: 1, ...chat };
  const plain = await client.lens(asked, calls);
  const steered = steer.length > 0 ? { steered: await client.lens({ ...asked, steer }, calls) } : {};
  const [judged] = await client.judge({ answers: [{ id: 'completion', text: answered.text }] }, calls);
  return inspectionText({
    where: `${path.posix.basename(uri.path)}:${position.line + 1}`,
    model: model.name,
    precision: model.precision,
    surface,
    prompt,
    prefill,
    text: answered.text,
    steer: steered.steered?.steer ?? [],
    ...(named ? { named: LANGUAGES[named].displayName } : {}),
    language: { name: nameOf(judged.language), confidence: judged.confidence },
    figures: answered,
    plain,
    ...steered,
  });
}

/** A language of the registry in its own spelling; `none`, `other` and `undecided` as they are. */
function nameOf(language: string): string {
  const known = languageNamed(language);
  return known ? LANGUAGES[known.id].displayName : language;
}
