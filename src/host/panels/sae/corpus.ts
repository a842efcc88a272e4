/** What the user is asked for before files are looked at or activations are collected: folders, and a layer. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { SaeCollectParams } from '../../../protocol/saeCollectTypes.ts';
import type { EngineHost } from '../../engine/engineHost.ts';

/** As `sae collect` takes them where nothing else is said. */
const COLLECTED = {
  hook: 'resid_post',
  tokens: 1_000_000,
  dtype: 'float16',
  memoryBytes: 256e6,
  seed: 0,
  window: 256,
  batch: 4,
} as const;

/** A folder on this machine. @param openLabel what choosing it does */
export async function pickFolder(openLabel: string): Promise<string | undefined> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel,
    ...(first ? { defaultUri: first.uri } : {}),
  });
  return chosen?.[0]?.fsPath;
}

/** Which files, at which layer and into which folder; undefined where the user thought better of it. */
export async function askWhatToCollect(engine: Pick<EngineHost, 'use'>): Promise<SaeCollectParams | undefined> {
  const { t } = vscode.l10n;
  const folder = await pickFolder(t('Collect from These Files'));
  if (folder === undefined) return undefined;
  const { layers } = await engine.use(async (_client, model) => model);
  const layer = await askLayer(layers);
  if (layer === undefined) return undefined;
  const parent = await pickFolder(t('Keep Activations Here'));
  if (parent === undefined) return undefined;
  // A name that says what is in it: the same choice again goes on with what was broken off.
  const out = path.join(parent, `${path.basename(folder)}-activations-${layer}`);
  return { ...COLLECTED, layer, out, corpus: { kind: 'folder', folder } };
}

async function askLayer(layers: number): Promise<number | undefined> {
  const { t } = vscode.l10n;
  const last = layers - 1;
  const answer = await vscode.window.showInputBox({
    title: t('The layer to collect at'),
    prompt: t('From 0 to {0}. In the middle of a model features are about languages and constructs.', last),
    value: String(Math.ceil(last / 2)),
    validateInput: (text) => (isLayer(text, last) ? undefined : t('A whole number from 0 to {0}.', last)),
  });
  return answer === undefined ? undefined : Number(answer);
}

function isLayer(text: string, last: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) <= last;
}
