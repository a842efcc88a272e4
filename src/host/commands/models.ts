/** Getting, choosing and removing models. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_MODEL } from '../../core/models/catalogue.ts';
import { homeFolders } from '../../files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../protocol/defaults.ts';
import { logError } from '../messages.ts';
import { localModels, packedBytes, type LocalModel } from '../models/localModels.ts';
import type { Services } from '../services.ts';
import type { TaskContext, TaskOptions } from '../tasks/tasks.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

export function modelCommands(services: Services): Commands {
  return {
    getModel: () => getModel(services),
    useLocalModel: () => useLocalModel(services),
    selectModel: (model?: LocalModel) => selectModel(services, model),
    removeModel: (model?: LocalModel) => removeModel(services, model),
  };
}

async function getModel(services: Services): Promise<void> {
  const { engine } = services;
  const title = t('Getting {0} ({1} MB)', DEFAULT_MODEL_NAME, Math.round(DEFAULT_MODEL.sizeBytes / 1e6));
  await choosing(services, DEFAULT_MODEL_NAME, { kind: 'get', title }, async ({ signal, report }) => {
    await engine.get({ signal, onProgress: report });
    // The first run packs the weights: better here, where it is seen, than at the first completion.
    await engine.use((client) => client.facts({}, { signal, onEvent: report }), { signal });
  });
  void vscode.window.setStatusBarMessage(t('$(check) {0} is ready', DEFAULT_MODEL_NAME), 5000);
}

async function useLocalModel(services: Services): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t('A model of the llama family, as a GGUF file'),
      openLabel: t('Use This Model'),
      filters: { GGUF: ['gguf'] },
      canSelectMany: false,
    })) ?? [];
  if (!chosen) return;
  if (chosen.scheme !== 'file') {
    void vscode.window.showErrorMessage(t('A model must be a file on this machine.'));
    return;
  }
  if (!vscode.workspace.isTrusted && vscode.workspace.getWorkspaceFolder(chosen)) {
    const said = t('This workspace is restricted: a model that comes from it is not opened until you trust it.');
    void vscode.window.showErrorMessage(said);
    return;
  }
  await openChosen(services, chosen.fsPath);
}

async function selectModel(services: Services, model?: LocalModel): Promise<void> {
  if (model) return openChosen(services, model.name);
  const here = await localModels(services);
  const current = services.settings.model.model;
  const items = here.map(({ name, file, sizeBytes }) => ({
    label: `${name === current ? '$(check) ' : ''}${path.basename(name)}`,
    description: `${Math.round(sizeBytes / 1e6)} MB`,
    detail: file,
    run: () => openChosen(services, name),
  }));
  const isDefaultHere = here.some(({ name }) => name === DEFAULT_MODEL_NAME);
  const others = [
    ...(isDefaultHere
      ? []
      : [{ label: t('$(cloud-download) Get {0}', DEFAULT_MODEL_NAME), run: () => getModel(services) }]),
    { label: t('$(folder-opened) Use a local GGUF…'), run: () => useLocalModel(services) },
  ];
  const picked = await vscode.window.showQuickPick([...items, ...others], {
    title: t('The model to look into and complete with'),
  });
  await picked?.run();
}

/** Makes a model the chosen one and opens it. */
async function openChosen(services: Services, model: string): Promise<void> {
  const { engine } = services;
  const title = t('Opening {0}', path.basename(model));
  await choosing(services, model, { kind: 'open', title }, ({ signal, report }) =>
    engine.use((client) => client.facts({}, { signal, onEvent: report }), { signal, onProgress: report }),
  );
}

/** Chooses a model for work that opens it. One with which that fails is not kept: the one before is chosen again. */
async function choosing<T>(
  services: Services,
  model: string,
  task: TaskOptions,
  work: (context: TaskContext) => Promise<T>,
): Promise<T> {
  const before = services.settings.model.model;
  return services.tasks.run(task, async (context) => {
    try {
      if (before !== model) await chooseModel(services, model);
      return await work(context);
    } catch (error) {
      // What went wrong first is what is said.
      if (before !== model)
        await chooseModel(services, before).catch((again: unknown) => logError(services.log, again, 'selectModel'));
      throw error;
    }
  });
}

async function chooseModel({ settings, engine, directions }: Services, model: string): Promise<void> {
  const value = model === DEFAULT_MODEL_NAME ? undefined : model;
  await settings.write('model', value, vscode.ConfigurationTarget.Global);
  await engine.reopen();
  await directions.refresh();
}

async function removeModel(services: Services, model?: LocalModel): Promise<void> {
  const fetched = (await localModels(services)).filter(({ isFetched }) => isFetched);
  if (fetched.length === 0) {
    void vscode.window.showInformationMessage(t('Steerscope has fetched no model: there is nothing to remove.'));
    return;
  }
  const chosen = model ?? (await pickToRemove(fetched));
  if (!chosen) return;
  const packed = await packedBytes(services);
  const remove = t('Remove');
  const answer = await vscode.window.showWarningMessage(
    t('Remove {0}?', path.basename(chosen.file)),
    {
      modal: true,
      detail: t(
        'It has {0} MB, and packed weights of all models {1} MB more: both go. Directions and studies stay.',
        Math.round(chosen.sizeBytes / 1e6),
        Math.round(packed / 1e6),
      ),
    },
    remove,
  );
  if (answer !== remove) return;
  // The engine holds the file open, which some systems do not remove then.
  await services.engine.restart();
  await rm(chosen.file, { force: true });
  await rm(homeFolders(services.settings.home).packed, { recursive: true, force: true });
  await services.engine.refresh();
  await services.directions.refresh();
}

async function pickToRemove(models: readonly LocalModel[]): Promise<LocalModel | undefined> {
  const items = models.map((model) => ({
    label: path.basename(model.name),
    description: t('{0} MB on disk', Math.round(model.sizeBytes / 1e6)),
    model,
  }));
  return (await vscode.window.showQuickPick(items, { title: t('The model to remove') }))?.model;
}
