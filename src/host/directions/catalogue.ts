/**
 * Which directions there are, as far as drawing and choosing are concerned: known at once and without an engine, since
 * manifests are small files. The engine's store remains the judge of what may be applied.
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { MAX_MANIFEST_BYTES, parseManifest, type ArtefactManifest } from '../../core/artefact/manifest.ts';
import { slotFolder, slotsAmong } from '../../core/artefact/storeLayout.ts';
import { languageNamed } from '../../core/language/languages.ts';
import { findModel } from '../../core/models/catalogue.ts';
import { actsAnywhere } from '../../core/sae/featureSteering.ts';
import type { AvailableDirection } from '../../core/steering/choice.ts';
import { homeFolders } from '../../files/paths.ts';
import type { EngineHost } from '../engine/engineHost.ts';
import type { Settings } from '../settings.ts';

export interface KnownDirection extends AvailableDirection {
  readonly manifest: ArtefactManifest;
  /** False for those that came with Steerscope. */
  readonly isOwn: boolean;
  /** The folder of its files. */
  readonly folder: string;
}

export class DirectionCatalogue implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  private known: readonly KnownDirection[] = [];

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly settings: Settings,
    private readonly engine: EngineHost,
    private readonly log: vscode.LogOutputChannel,
    private readonly shippedFolder: string,
  ) {
    let fingerprint: string | undefined;
    this.subscription = engine.onDidChangeState(({ summary }) => {
      // Another model takes other directions.
      if (summary?.fingerprint === fingerprint) return;
      fingerprint = summary?.fingerprint;
      this.changed.fire();
    });
  }

  /** The directions that the chosen model can be steered by. Until it is open, its name has to tell. */
  get all(): readonly KnownDirection[] {
    const { summary } = this.engine.state;
    const name = summary ? undefined : modelName(this.settings.model.model);
    return this.known.filter(({ manifest: { model } }) =>
      summary ? model.fingerprint === summary.fingerprint : model.name === name,
    );
  }

  /** Those of other models, which only the list of everything shows. */
  get unfit(): readonly KnownDirection[] {
    const fit = new Set(this.all);
    return this.known.filter((direction) => !fit.has(direction));
  }

  named(name: string): KnownDirection | undefined {
    return this.known.find((direction) => direction.name === name);
  }

  /** Reads the manifests again. One that cannot be read is left out, and the log says so. */
  async refresh(): Promise<void> {
    const own = await this.read(homeFolders(this.settings.home).store, true);
    const names = new Set(own.map(({ name }) => name));
    const shipped = (await this.read(this.shippedFolder, false)).filter(({ name }) => !names.has(name));
    this.known = [...shipped, ...own].sort((a, b) => Number(a.isOwn) - Number(b.isOwn) || a.name.localeCompare(b.name));
    this.changed.fire();
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async read(store: string, isOwn: boolean): Promise<KnownDirection[]> {
    const slots = slotsAmong(await readdir(store).catch(() => []));
    // A name that was fitted again has a folder for each time: the newest is the one.
    const newest = [...slots.values()].flatMap((ofName) => ofName.slice(-1));
    const read = await Promise.all(newest.map((slot) => this.readOne(path.join(store, slotFolder(slot)), isOwn)));
    return read.filter((direction) => direction !== undefined);
  }

  private async readOne(folder: string, isOwn: boolean): Promise<KnownDirection | undefined> {
    try {
      const bytes = await readFile(path.join(folder, 'manifest.json'));
      if (bytes.length > MAX_MANIFEST_BYTES) throw new Error(`the manifest has ${bytes.length} bytes`);
      const manifest = parseManifest(bytes.toString('utf8'));
      if (manifest.kind !== 'steering') return undefined;
      const language = manifest.target === undefined ? undefined : languageNamed(manifest.target)?.id;
      const surface = manifest.surface ?? 'answer';
      const reach = { surface, ...(actsAnywhere(manifest) ? { isAnywhere: true } : {}) };
      const { label } = manifest.params;
      const about = typeof label === 'string' ? { label } : {};
      return { name: manifest.name, ...reach, ...about, ...(language ? { language } : {}), manifest, isOwn, folder };
    } catch (error) {
      this.log.warn(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

/** As manifests call the model of a setting: by its name in the catalogue of models, or by its file's. */
export function modelName(model: string): string {
  return findModel(model)?.name ?? path.basename(model).replace(/\.gguf$/i, '');
}
