/** Fitting directions of the user's own: to a language, or to whatever two sets of texts tell apart. */
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { NAME_PATTERN } from '../../core/artefact/manifest.ts';
import { LANGUAGES, LANGUAGE_IDS } from '../../core/language/languages.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import { DEFAULT_METHOD } from '../../protocol/defaults.ts';
import type { Contrast } from '../../protocol/engineService.ts';
import type { Services } from '../services.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

/** Fewer texts than these say more of themselves than of the concept. */
const LEAST_TEXTS = 2;
const MAX_TEXTS = 500;
const MAX_TEXT_CHARACTERS = 4000;

export function fitCommands(services: Services): Commands {
  const marked: Record<'positive' | 'negative', string[]> = { positive: [], negative: [] };
  const mark = (side: 'positive' | 'negative'): void => {
    const editor = vscode.window.activeTextEditor;
    const texts =
      editor?.selections.map((selection) => editor.document.getText(selection)).filter((text) => text.trim() !== '') ??
      [];
    marked[side].push(...texts.map((text) => text.slice(0, MAX_TEXT_CHARACTERS)));
    const said = t('{0} positive and {1} negative texts are marked', marked.positive.length, marked.negative.length);
    void vscode.window.setStatusBarMessage(said, 5000);
  };
  return {
    fitLanguage: () => fitLanguage(services),
    fitConcept: () => fitConcept(services, marked),
    markPositive: () => mark('positive'),
    markNegative: () => mark('negative'),
  };
}

async function fitLanguage(services: Services): Promise<void> {
  const items = LANGUAGE_IDS.filter((id) => id !== DEFAULT_SOURCE_LANGUAGE).map((id) => ({
    label: LANGUAGES[id].displayName,
    id,
  }));
  const target = await vscode.window.showQuickPick(items, { title: t('Fit a direction to which language?') });
  if (!target) return;
  const contrast: Contrast = { kind: 'language', target: target.id, source: DEFAULT_SOURCE_LANGUAGE };
  await fit(services, contrast, `my-${target.id}`);
}

/** The two sides come from marked selections, or from two folders or files with a text on each line. */
async function fitConcept(services: Services, marked: Record<'positive' | 'negative', string[]>): Promise<void> {
  // The palette does not offer it there, but a key may be bound to it.
  if (!vscode.workspace.isTrusted)
    throw new UsageError(
      'restricted',
      t('this workspace is restricted: no texts of it are fitted on'),
      t('Trust the workspace first.'),
    );
  const hasMarked = marked.positive.length >= LEAST_TEXTS && marked.negative.length >= LEAST_TEXTS;
  const counts = t('{0} positive, {1} negative', marked.positive.length, marked.negative.length);
  const ways = [
    {
      label: t('The selections that I marked'),
      description: hasMarked
        ? counts
        : t('{0}; at least {1} of each are needed: select text and “Add Selection to…”', counts, LEAST_TEXTS),
      isMarked: true,
    },
    {
      label: t('Two folders or files'),
      description: t('a text for each file, or for each line of a file'),
      isMarked: false,
    },
  ];
  const way = await vscode.window.showQuickPick(ways, { title: t('Which texts tell the concept apart?') });
  if (!way) return;
  const positive = way.isMarked ? marked.positive : await pickTexts(t('The texts WITH the concept'));
  const negative = way.isMarked ? marked.negative : positive && (await pickTexts(t('The texts WITHOUT it')));
  if (!positive || !negative) return;
  for (const [texts, side] of [
    [positive, t('with')],
    [negative, t('without')],
  ] as const)
    if (texts.length < LEAST_TEXTS)
      throw new UsageError(
        'too-few-texts',
        t('there are {0} texts {1} the concept', texts.length, side),
        t('Give at least {0} of each; some dozens are better.', LEAST_TEXTS),
      );
  await fit(services, { kind: 'prompts', positive: [...positive], negative: [...negative] }, 'concept', () => {
    // The next concept begins with texts of its own.
    if (way.isMarked) marked.positive.length = marked.negative.length = 0;
  });
}

async function fit(
  services: Services,
  contrast: Contrast,
  suggested: string,
  onFitted: () => void = () => {},
): Promise<void> {
  const { engine, tasks, directions } = services;
  const name = await askName(services, suggested);
  if (name === undefined) return;
  const params = {
    method: DEFAULT_METHOD,
    contrast,
    name,
    replace: directions.named(name)?.isOwn === true,
    seed: 0,
  };
  const manifest = await tasks.run({ kind: 'fit', title: t('Fitting the direction {0}', name) }, ({ signal, report }) =>
    engine.use((client) => client.fit(params, { signal, onEvent: report }), { signal, onProgress: report }),
  );
  onFitted();
  await directions.refresh();
  const steer = t('Steer by It');
  const show = t('Show');
  const said = t(
    'The direction {0} is fitted: layers {1}, strength {2}.',
    name,
    manifest.layers.join(', '),
    manifest.strength,
  );
  const answer = await vscode.window.showInformationMessage(said, steer, show);
  if (answer === steer)
    await vscode.commands.executeCommand('steerscope.chooseSteering', { direction: directions.named(name) });
  if (answer === show)
    await vscode.commands.executeCommand('steerscope.showArtefact', { direction: directions.named(name) });
}

async function askName({ directions }: Services, suggested: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: t('A name for the direction'),
    value: suggested,
    validateInput(value) {
      if (!NAME_PATTERN.test(value)) return t('Small letters, digits and hyphens; at most 64.');
      const known = directions.named(value);
      if (known && !known.isOwn) return t('A direction that came with Steerscope has this name.');
      const isTaken = known !== undefined;
      return isTaken
        ? {
            message: t('It takes the place of yours of this name.'),
            severity: vscode.InputBoxValidationSeverity.Warning,
          }
        : undefined;
    },
  });
}

async function pickTexts(title: string): Promise<string[] | undefined> {
  const options = { title, canSelectFiles: true, canSelectFolders: true, canSelectMany: false };
  const [picked] = (await vscode.window.showOpenDialog(options)) ?? [];
  return picked && readTexts(picked);
}

/** A text for each file of a folder, or for each line of a file that is not empty. */
async function readTexts({ scheme, fsPath }: vscode.Uri): Promise<string[]> {
  if (scheme !== 'file')
    throw new UsageError(
      'not-a-file',
      t('the texts must be files on this machine'),
      t('Choose a folder or a file of it.'),
    );
  const isFolder = (await stat(fsPath)).isDirectory();
  const texts = isFolder ? await filesOf(fsPath) : (await readFile(fsPath, 'utf8')).split(/\r?\n/);
  const filled = texts.filter((text) => text.trim() !== '').map((text) => text.slice(0, MAX_TEXT_CHARACTERS));
  return filled.slice(0, MAX_TEXTS);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).slice(0, MAX_TEXTS);
  return Promise.all(files.map(({ name }) => readFile(path.join(folder, name), 'utf8')));
}
