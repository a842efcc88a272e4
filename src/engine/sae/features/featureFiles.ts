/**
 * Where what is known of features lies: a folder of the user's store for each autoencoder, named by the artefact's id, since a
 * name may be used again. The evidence may also have come with the artefact, in its own folder. Each label of the user's is a
 * file of its own: making evidence anew never touches one, and two windows that write two labels lose neither.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtefactManifest } from '../../../core/artefact/manifest.ts';
import { FormatError, StoreError } from '../../../core/errors.ts';
import type { EvidenceCard, FeatureEvidence } from '../../../core/sae/evidence.ts';
import { assertSae } from '../../../core/sae/saeRecord.ts';
import { encodeEvidence } from '../../../core/sae/evidenceFile/encode.ts';
import type { Evidence } from '../../../core/sae/evidenceFile/read.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../../files/atomic.ts';
import { asStoreError, systemCode } from '../../../files/fileErrors.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import { storeFiles } from '../../store/storeFiles.ts';
import { featureFolder } from './featureFolder.ts';
import { compressed, openEvidence } from './evidenceDisk.ts';

/** In a folder of its own in the user's store, or in that of an artefact that ships. */
export const EVIDENCE_FILE = 'evidence.safetensors.br';
const LABELS_FOLDER = 'labels';

/** A label is a line: see the schema of the call that sets one. */
const MAX_LABEL_BYTES = 4096;

/** The user's labels, by the index of the feature. */
export type OwnLabels = ReadonlyMap<number, string>;

export class FeatureFiles {
  private constructor(
    private readonly folder: string,
    private readonly shippedFolder: string,
    readonly manifest: ArtefactManifest,
  ) {}

  /** Of an autoencoder. @throws StoreError `unknown-artefact`, `not-an-sae` */
  static async of(source: ArtefactSource, name: string): Promise<FeatureFiles> {
    const manifest = await source.show(name);
    assertSae(manifest);
    return new FeatureFiles(featureFolder(source.store, manifest), await source.place(name), manifest);
  }

  /** In the place of what there was. @throws StoreError where the disk refuses; CancelledError */
  async writeEvidence(card: EvidenceCard, features: readonly FeatureEvidence[], signal: AbortSignal): Promise<void> {
    await makeFolder(this.folder);
    await cleanTemporaryFiles(this.folder, LEFT_OVER_MS);
    const { header, chunks } = encodeEvidence(card, features);
    await writeFileAtomically(join(this.folder, EVIDENCE_FILE), await compressed([header, ...chunks]), { signal });
  }

  /**
   * What was seen of the features.
   * @throws StoreError `no-evidence` where none was made; FormatError `invalid-evidence`, `evidence-version`
   */
  evidence(): Evidence {
    const known = this.knownEvidence();
    if (known) return known;
    throw noEvidence(this.manifest.name);
  }

  /** The same, undefined where none was made. @throws FormatError `invalid-evidence`, `evidence-version` */
  knownEvidence(): Evidence | undefined {
    const path = [this.folder, this.shippedFolder].map((folder) => join(folder, EVIDENCE_FILE)).find(existsSync);
    if (path === undefined) return undefined;
    const evidence = openEvidence(path);
    if (evidence.card.artefact === this.manifest.id) return evidence;
    throw new FormatError(
      'invalid-evidence',
      `${path} is the evidence of another autoencoder`,
      'Make it again with: steerscope sae evidence',
    );
  }

  async labels(): Promise<OwnLabels> {
    const folder = join(this.folder, LABELS_FOLDER);
    const names = await storeFiles.list(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw asStoreError(error, 'read the labels', folder);
    });
    const labels = new Map<number, string>();
    for (const name of names) {
      const index = /^(\d{1,9})\.txt$/.exec(name)?.[1];
      if (index === undefined) continue;
      const bytes = await storeFiles.read(join(folder, name), MAX_LABEL_BYTES);
      labels.set(Number(index), new TextDecoder().decode(bytes).trim());
    }
    return labels;
  }

  /** Keeps the user's label of a feature; an empty one takes it away. */
  async setLabel(index: number, label: string): Promise<void> {
    const folder = join(this.folder, LABELS_FOLDER);
    const path = join(folder, `${index}.txt`);
    if (label === '') return storeFiles.remove(path);
    await makeFolder(folder);
    await cleanTemporaryFiles(folder, LEFT_OVER_MS);
    await writeFileAtomically(path, `${label}\n`);
  }
}

function noEvidence(name: string): StoreError {
  return new StoreError(
    'no-evidence',
    `nothing is known of the features of "${name}" yet`,
    `Look at them on text that it was not trained on: steerscope sae evidence ${name} --corpus FOLDER`,
  );
}
