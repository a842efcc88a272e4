/** Which models are on this machine, and what they take on the disk. Reads folders and sizes; starts and opens nothing. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CATALOGUE, findModel } from '../../core/models/catalogue.ts';
import { homeFolders } from '../../files/paths.ts';
import type { Services } from '../services.ts';

/** A model on this machine. */
export interface LocalModel {
  /** What the setting `model` names it by. */
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  /** True where Steerscope fetched it, and so may remove it. */
  readonly isFetched: boolean;
}

/** The models that are here: those that were fetched, and the one that the settings name. */
export async function localModels({ settings }: Pick<Services, 'settings'>): Promise<LocalModel[]> {
  const { model, home } = settings.model;
  const folder = homeFolders(home).models;
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.gguf'));
  const named = (file: string): string =>
    CATALOGUE.find(({ fileName }) => fileName === file)?.name ?? path.join(folder, file);
  const fetched = files.map((file) => ({ name: named(file), file: path.join(folder, file), isFetched: true }));
  const isFetched = fetched.some(({ file }) => file === path.resolve(model));
  const own = findModel(model) || isFetched ? [] : [{ name: model, file: path.resolve(model), isFetched: false }];
  const sized = await Promise.all(
    [...fetched, ...own].map(async (one) => ({
      ...one,
      sizeBytes: (await stat(one.file).catch(() => undefined))?.size,
    })),
  );
  return sized.flatMap(({ sizeBytes, ...one }) => (sizeBytes === undefined ? [] : [{ ...one, sizeBytes }]));
}

/** What the packed weights take on the disk; they are made again when they are needed. */
export async function packedBytes({ settings }: Pick<Services, 'settings'>): Promise<number> {
  const folder = homeFolders(settings.home).packed;
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
}
