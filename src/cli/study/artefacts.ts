/** The artefacts of a study: those of its folder that are what its cells want, and the others made. */
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { findMethod } from '../../core/methods/registry.ts';
import { partsOfMethod } from '../../core/study/file.ts';
import type { StudyFile } from '../../core/study/file.ts';
import { artefactName } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import type { StudyCalls } from './calls.ts';
import type { FitRecord, StudyFolder } from './folder.ts';

export class StudyArtefacts {
  private readonly known = new Map<string, ArtefactManifest>();

  private constructor(
    private readonly calls: StudyCalls,
    private readonly folder: StudyFolder,
    private readonly machine: string,
    private readonly sae: string | undefined,
  ) {}

  /** Those that are in the folder and were made on this model. */
  static async open(
    calls: StudyCalls,
    folder: StudyFolder,
    {
      home,
      model,
      machine,
      study,
    }: {
      readonly home: string;
      readonly model: ModelSummary;
      readonly machine: string;
      readonly study: Pick<StudyFile, 'sae'>;
    },
  ): Promise<StudyArtefacts> {
    const artefacts = new StudyArtefacts(calls, folder, machine, study.sae);
    for (const manifest of await calls.engine.artefacts({ home, store: folder.artefacts }, { signal: calls.signal }))
      if (manifest.model.fingerprint === model.fingerprint && manifest.model.precision === model.precision)
        artefacts.known.set(manifest.name, manifest);
    return artefacts;
  }

  /** True where a cell is steered by an artefact that is to be made yet. */
  isMissing(cell: StudyCell): boolean {
    return artefactName(cell) !== undefined && this.of(cell) === undefined;
  }

  /** The artefact of a cell, where there is one by now. */
  of(cell: StudyCell): ArtefactManifest | undefined {
    const manifest = this.known.get(artefactName(cell) ?? '');
    return manifest !== undefined && isWanted(manifest, cell, this.sae) ? manifest : undefined;
  }

  /** Makes the artefact of a cell, in the place of any other of its name. */
  async fit(cell: StudyCell): Promise<ArtefactManifest> {
    const { target, seed } = cell;
    const { fitted: method } = partsOfMethod(cell.method);
    const name = artefactName(cell);
    if (method === undefined || name === undefined || target === null)
      throw new RangeError(`${cell.method} is no method that is fitted`);
    const start = performance.now();
    // The usual source is Python, which nothing can be steered to from itself.
    const contrast = { kind: 'language', target, ...(target === 'python' ? { source: 'cpp' } : {}) } as const;
    const manifest = await this.calls.engine.fit(
      { method, contrast, name, replace: true, seed, ...this.saeOf(method) },
      { signal: this.calls.signal, onEvent: this.calls.onStep },
    );
    const record = { id: manifest.id, ms: Math.round(performance.now() - start), machine: this.machine };
    await this.folder.writeFit(name, record);
    this.known.set(name, manifest);
    return manifest;
  }

  /** The autoencoder that the study names, for a method that needs one. */
  private saeOf(method: string): { readonly sae?: string } {
    return this.sae !== undefined && findMethod(method).needsSae ? { sae: this.sae } : {};
  }

  /** How long an artefact took; undefined where nobody knows. */
  fitRecord({ name, id }: ArtefactManifest): Promise<FitRecord | undefined> {
    return this.folder.readFit(name, id);
  }
}

/** Whether an artefact is what a cell wants. What data it was made on is the program's to say, and so the folder's. */
function isWanted(
  { kind, method, target, seed, params, surface = 'answer' }: ArtefactManifest,
  cell: StudyCell,
  sae: string | undefined,
): boolean {
  return (
    (sae === undefined || params.sae === undefined || params.sae === sae) &&
    kind === 'steering' &&
    method === partsOfMethod(cell.method).fitted &&
    target === cell.target &&
    seed === cell.seed &&
    surface === 'answer'
  );
}
