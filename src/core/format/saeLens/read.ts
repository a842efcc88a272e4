/**
 * Reads the weights of a SAELens folder into an {@link Sae}. What SAELens does beside the weights, a scale of the inputs
 * or of the features, is folded into them where that gives the same numbers, and is refused otherwise.
 *
 * Source of the folding: `fold_activation_norm_scaling_factor`, `fold_W_dec_norm` and
 * `process_state_dict_for_saving_inference` of SAELens 6.54.
 */
import * as v from 'valibot';
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import { checkSae, type Sae } from '../../sae/sae.ts';
import { parseSafetensorsHeader, readSafetensor, type SafetensorsFile } from '../safetensors.ts';
import { quoted } from '../quoted.ts';
import { readSaeLensConfig, type SaeLensConfig } from './config.ts';

/** The files of a folder; see `files.ts` for their names. */
export interface SaeLensSources {
  readonly config: string;
  readonly weights: ByteSource;
  readonly sparsity?: ByteSource;
  readonly scaler?: string;
}

export interface SaeLensFolder {
  readonly sae: Sae;
  readonly config: SaeLensConfig;
  /** What was folded into the weights, in words; empty where they are as the file has them. */
  readonly folded: readonly string[];
  /** log10 of how often each feature is active, [dSae]. */
  readonly sparsity?: Float32Array;
}

/**
 * @throws FormatError of the config, of safetensors, `missing-tensor`, `unknown-tensor`, `wrong-shape`,
 * `missing-scale`, `invalid-sae`
 */
export function readSaeLens({ config: text, weights, sparsity, scaler }: SaeLensSources): SaeLensFolder {
  const config = readSaeLensConfig(text);
  const tensors = new Tensors(weights, config);
  const folded: string[] = [];
  const parts = readParts(tensors, config);
  tensors.assertAllRead();
  if (config.rescaleActsByDecoderNorm && CHOOSES_BY_NORM.includes(config.architecture)) {
    foldDecoderNorms(parts, config);
    folded.push('decoder norms');
  }
  if (config.isScaled) {
    const scale = readScale(scaler);
    foldScale(parts, scale);
    folded.push(`input scale ${scale}`);
  }
  const sae = asSae(parts, config);
  checkSae(sae);
  const density = sparsity && readSparsity(sparsity, config.dSae);
  return { sae, config, folded, ...(density ? { sparsity: density } : {}) };
}

/** The `sparsity` of a file, [dSae]. @throws FormatError of safetensors, `missing-tensor`, `wrong-shape` */
export function readSparsity(source: ByteSource, dSae: number): Float32Array {
  const file = parseSafetensorsHeader(source);
  const entry = file.tensors.get('sparsity');
  if (entry === undefined) throw missing(source, 'sparsity');
  if (entry.shape.join() !== String(dSae)) throw wrongShape('sparsity', entry.shape, [dSae]);
  return readSafetensor(source, entry);
}

/** The architectures that look at `rescale_acts_by_decoder_norm`. */
const CHOOSES_BY_NORM: readonly string[] = ['topk', 'batchtopk'];

/** Weights while they are folded. */
interface Parts {
  wEnc: Float32Array;
  bEnc: Float32Array;
  wDec: Float32Array;
  bDec: Float32Array;
  threshold?: Float32Array;
}

function readParts(tensors: Tensors, { architecture, dIn, dSae }: SaeLensConfig): Parts {
  const parts: Parts = {
    wEnc: tensors.read('W_enc', [dIn, dSae]),
    bEnc: tensors.read('b_enc', [dSae]),
    wDec: tensors.read('W_dec', [dSae, dIn]),
    bDec: tensors.read('b_dec', [dIn]),
  };
  // Left over from versions before 6; where it is all ones it says nothing.
  const scaling = tensors.readIfThere('scaling_factor', [dSae]);
  if (scaling?.some((value) => value !== 1))
    throw new FormatError(
      'unsupported-sae',
      'this autoencoder has a scale of its own for each feature (scaling_factor); that cannot be used here',
      'Fold it into W_dec with SAELens, and save again.',
    );
  if (architecture === 'jumprelu') parts.threshold = readThresholds(tensors, dSae);
  if (architecture === 'batchtopk')
    parts.threshold = new Float32Array(dSae).fill(tensors.read('topk_threshold', [])[0]);
  return parts;
}

/** Older files keep the logarithm. */
function readThresholds(tensors: Tensors, dSae: number): Float32Array {
  const logarithms = tensors.readIfThere('log_threshold', [dSae]);
  return logarithms ? logarithms.map(Math.exp) : tensors.read('threshold', [dSae]);
}

/** f is told in units of |W_dec[i]|: the encoder takes the norm, the decoder gives it back. */
function foldDecoderNorms({ wEnc, bEnc, wDec }: Parts, { dIn, dSae }: SaeLensConfig): void {
  for (let j = 0; j < dSae; j++) {
    const row = wDec.subarray(j * dIn, (j + 1) * dIn);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm === 0) continue; // SAELens divides by it: such a feature is never active, and its row stays zeros
    row.forEach((value, i) => (row[i] = value / norm));
    for (let i = 0; i < dIn; i++) wEnc[i * dSae + j] *= norm;
    bEnc[j] *= norm;
  }
}

/** The autoencoder reads s x and writes s xHat. */
function foldScale({ wEnc, wDec, bDec }: Parts, s: number): void {
  for (let i = 0; i < wEnc.length; i++) wEnc[i] *= s;
  for (let i = 0; i < wDec.length; i++) wDec[i] /= s;
  for (let i = 0; i < bDec.length; i++) bDec[i] /= s;
}

const scalerSchema = v.looseObject({ scaling_factor: v.pipe(v.number(), v.finite(), v.gtValue(0)) });

function readScale(text: string | undefined): number {
  const result = v.safeParse(scalerSchema, text === undefined ? undefined : tryJson(text));
  if (result.success) return result.output.scaling_factor;
  throw new FormatError(
    'missing-scale',
    'the inputs of this autoencoder are scaled (expected_average_only_in), and activation_scaler.json does not say by how much',
    'Fold the scale with SAELens (fold_activation_norm_scaling_factor) and save again, or add the file of its checkpoint.',
  );
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No scale can be read from it, and that is what is told.
    return undefined;
  }
}

function asSae(parts: Parts, { architecture, dIn, dSae, k, applyBDecToInput }: SaeLensConfig): Sae {
  return {
    ...parts,
    architecture: architecture === 'batchtopk' ? 'jumprelu' : architecture,
    dIn,
    dSae,
    ...(k === undefined ? {} : { k }),
    applyBDecToInput,
  };
}

/** The tensors of a file, each read once. */
class Tensors {
  private readonly file: SafetensorsFile;
  private readonly seen = new Set<string>();

  constructor(
    private readonly source: ByteSource,
    private readonly config: SaeLensConfig,
  ) {
    this.file = parseSafetensorsHeader(source);
  }

  read(name: string, shape: readonly number[]): Float32Array {
    const found = this.readIfThere(name, shape);
    if (found === undefined) throw missing(this.source, name);
    return found;
  }

  readIfThere(name: string, shape: readonly number[]): Float32Array | undefined {
    const entry = this.file.tensors.get(name);
    if (entry === undefined) return undefined;
    this.seen.add(name);
    if (entry.shape.join() !== shape.join()) throw wrongShape(name, entry.shape, shape);
    return readSafetensor(this.source, entry);
  }

  /** What is not known may change what is computed. */
  assertAllRead(): void {
    const unknown = [...this.file.tensors.keys()].find((name) => !this.seen.has(name));
    if (unknown !== undefined)
      throw new FormatError(
        'unknown-tensor',
        `${this.source.name} has the tensor ${quoted(unknown)}, which an autoencoder of the architecture ${this.config.architecture} has not`,
        'Check that cfg.json belongs to these weights.',
      );
  }
}

function missing(source: ByteSource, name: string): FormatError {
  return new FormatError(
    'missing-tensor',
    `${source.name} has no tensor ${quoted(name)}`,
    'Check that cfg.json belongs to these weights.',
  );
}

function wrongShape(name: string, found: readonly number[], wanted: readonly number[]): FormatError {
  return new FormatError(
    'wrong-shape',
    `the tensor ${name} is [${found.join(', ')}], and cfg.json says [${wanted.join(', ')}]`,
    'Check that cfg.json belongs to these weights.',
  );
}
