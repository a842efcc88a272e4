/** The directions as files: shown, removed, exported. */
import { existsSync } from 'node:fs';
import { cp, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { StoreError, UsageError } from '../../core/errors.ts';
import type { KnownDirection } from '../directions/catalogue.ts';
import type { Services } from '../services.ts';
import { showText } from '../textDocuments.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

interface DirectionNode {
  readonly direction?: KnownDirection | undefined;
}

export function artefactCommands(services: Services): Commands {
  const { directions } = services;
  return {
    showArtefact: async (node?: DirectionNode) => {
      const direction = node?.direction ?? (await pick(directions.all, t('The direction to show')));
      if (direction) await showText(`${direction.name}.json`, `${JSON.stringify(direction.manifest, null, 2)}\n`);
    },
    removeArtefact: async (node?: DirectionNode) => {
      const own = [...directions.all, ...directions.unfit].filter(({ isOwn }) => isOwn);
      const none = t('You have no directions of your own yet.');
      const direction = node?.direction ?? (await pick(own, t('The direction to remove'), none));
      if (direction) await remove(services, direction);
    },
    exportArtefact: async (node?: DirectionNode) => {
      const direction = node?.direction ?? (await pick(directions.all, t('The direction to export')));
      if (direction) await exportTo(direction);
    },
  };
}

async function remove(
  { engine, settings, directions, steering }: Services,
  { name, folder }: KnownDirection,
): Promise<void> {
  const button = t('Remove');
  const detail = t(
    'It has {0} kB on disk. What is steered by it will be steered as the workspace is.',
    Math.ceil((await bytesOf(folder)) / 1000),
  );
  if (
    (await vscode.window.showWarningMessage(t('Remove the direction {0}?', name), { modal: true, detail }, button)) !==
    button
  )
    return;
  await engine.withEngine((client) => client.remove({ home: settings.home, name }));
  await steering.forget(name);
  await directions.refresh();
}

/** Copies its files, tensors and manifest, into a folder of the user's: safetensors, readable anywhere. */
async function exportTo({ name, folder }: KnownDirection): Promise<void> {
  const options = {
    title: t('The folder to put {0} into', name),
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: t('Export Here'),
  };
  const [target] = (await vscode.window.showOpenDialog(options)) ?? [];
  if (!target) return;
  if (target.scheme !== 'file')
    throw new UsageError('not-a-file', t('the folder must be on this machine'), t('Choose another folder.'));
  const copy = path.join(target.fsPath, name);
  if (existsSync(copy)) throw new StoreError('exists', t('{0} is there already', copy), t('Choose another folder.'));
  await cp(folder, copy, { recursive: true, force: false, errorOnExist: true });
  const reveal = t('Reveal');
  const answer = await vscode.window.showInformationMessage(t('{0} is in {1}.', name, copy), reveal);
  if (answer === reveal) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(copy));
}

/** @param none what is said where there is nothing to pick from */
async function pick(
  directions: readonly KnownDirection[],
  title: string,
  none = t('There are no directions for this model: fit one to a language or to a concept.'),
): Promise<KnownDirection | undefined> {
  if (directions.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  const items = await Promise.all(
    directions.map(async (direction) => ({
      label: direction.name,
      description: t('{0} kB on disk', Math.ceil((await bytesOf(direction.folder)) / 1000)),
      direction,
    })),
  );
  return (await vscode.window.showQuickPick(items, { title }))?.direction;
}

/** What the files of a folder take on the disk. */
export async function bytesOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}
