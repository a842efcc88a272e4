/** The numbers of a file of evidence, each tensor checked when it is taken: the file may come from elsewhere. */
import * as v from 'valibot';
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import {
  parseSafetensorsHeader,
  readSafetensor,
  readSafetensorArray,
  type SafetensorsEntry,
  type SafetensorsFile,
} from '../../format/safetensors.ts';
import { LANGUAGE_IDS } from '../../language/languages.ts';
import type { EvidenceCard } from '../evidence.ts';
import { FORMAT, REMAKE, VERSION, fault, type EvidenceJson } from './layout.ts';

export class EvidenceTensors {
  readonly #file: SafetensorsFile;

  /** @throws FormatError `invalid-evidence`, `evidence-version` */
  constructor(private readonly source: ByteSource) {
    this.#file = attempt(() => parseSafetensorsHeader(source));
    const { metadata } = this.#file;
    if (metadata.get('format') !== FORMAT) throw fault('the file is something else');
    const version = metadata.get('version') ?? 'none';
    if (version === String(VERSION)) return;
    throw new FormatError(
      'evidence-version',
      `the evidence is of format version ${version}; this program reads version ${VERSION}`,
      REMAKE,
    );
  }

  json(): EvidenceJson {
    const bytes = this.#read('json', ['U8']);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw fault('its texts are not JSON');
    }
    const result = v.safeParse(jsonSchema, value);
    if (result.success) return result.output;
    const [issue] = result.issues;
    throw fault(`${v.getDotPath(issue) ?? 'its texts'}: ${issue.message}`);
  }

  /** The axes of a tensor. */
  shapeOf(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  /** Whole numbers, each of them below `below`. */
  whole(name: string, shape: readonly number[], below = Infinity): Uint32Array {
    this.#assertShape(name, shape);
    const values = new Uint32Array(this.#read(name, ['U8', 'U16', 'U32']) as Uint32Array);
    if (below < Infinity && values.some((value) => value >= below)) throw fault(`${name} has a number too large`);
    return values;
  }

  /** Finite numbers; with `gaps` some may be none. */
  measures(name: string, shape: readonly number[], { gaps = false } = {}): Float32Array {
    this.#assertShape(name, shape);
    const entry = this.#entry(name);
    if (entry.dtype !== 'F16' && entry.dtype !== 'F32') throw fault(`${name} is of the type ${entry.dtype}`);
    const values = attempt(() => readSafetensor(this.source, entry));
    if (values.some((value) => !Number.isFinite(value) && !(gaps && Number.isNaN(value))))
      throw fault(`${name} has a number that is none`);
    return values;
  }

  #read(name: string, dtypes: readonly string[]) {
    const entry = this.#entry(name);
    if (!dtypes.includes(entry.dtype)) throw fault(`${name} is of the type ${entry.dtype}`);
    return attempt(() => readSafetensorArray(this.source, entry));
  }

  #entry(name: string): SafetensorsEntry {
    const entry = this.#file.tensors.get(name);
    if (entry === undefined) throw fault(`${name} is missing`);
    return entry;
  }

  #assertShape(name: string, shape: readonly number[]): void {
    const found = this.shapeOf(name);
    if (found.join() !== shape.join()) throw fault(`${name} is [${found.join()}] in place of [${shape.join()}]`);
  }
}

/** What the file's own format finds wrong is wrong with the evidence. */
function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FormatError ? fault(error.message) : error;
  }
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(2_000));
const language = v.picklist(LANGUAGE_IDS);

const cardSchema: v.GenericSchema<unknown, EvidenceCard> = v.strictObject({
  artefact: text,
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  software: text,
  corpus: text,
  dSae: count,
  tokens: count,
  windowTokens: count,
  excluded: v.strictObject({ first: count, massive: count }),
  languages: v.array(language),
  windows: v.array(count),
  files: v.array(v.strictObject({ path: text, language })),
  contexts: count,
  contextsPerFile: count,
});

const jsonSchema: v.GenericSchema<unknown, EvidenceJson> = v.strictObject({
  card: cardSchema,
  labels: v.array(text),
  pieces: v.array(text),
});
