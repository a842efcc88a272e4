/**
 * The memory of a training run: one WebAssembly memory, in which ONNX Runtime's tensors and the kernels' rows are the same
 * bytes, so that nothing is copied between them. Taken whole at the start and never grown.
 */
import { ModelError } from '../../../core/errors.ts';
import { kernelModule, type Kernels } from '../../../core/sae/training/kernels.ts';

/** What of WebAssembly is used here: Node has it, its types are the browser's. */
declare const WebAssembly: {
  Memory: new (limits: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE_BYTES = 65536;
/** Addresses are 32 bits wide. */
const MAX_BYTES = 2 ** 32;
/** A line of the processor's cache: no array shares one with another. */
const ALIGNMENT = 64;

/** An array and where it lies. */
export interface Block {
  readonly data: Float32Array;
  /** Bytes from the start of the memory. */
  readonly address: number;
}

export interface Arena<Name extends string> {
  readonly kernels: Kernels;
  readonly blocks: Readonly<Record<Name, Block>>;
}

/**
 * Arrays of these lengths, zeros, and the kernels that compute in them.
 * @throws ModelError `does-not-fit` where the machine has not so much memory in one piece, or nobody could address it
 */
export function allocate<Name extends string>(lengths: Readonly<Record<Name, number>>): Arena<Name> {
  const entries = Object.entries<number>(lengths) as [Name, number][];
  const memory = memoryOf(entries.reduce((sum, [, length]) => sum + padded(4 * length), 0));
  let address = 0;
  const blocks = {} as Record<Name, Block>;
  for (const [name, length] of entries) {
    blocks[name] = { data: new Float32Array(memory.buffer, address, length), address };
    address += padded(4 * length);
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernelModule()), { env: { memory } });
  return { kernels: instance.exports as Kernels, blocks };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function memoryOf(bytes: number): { readonly buffer: ArrayBuffer } {
  const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  try {
    if (bytes <= MAX_BYTES - PAGE_BYTES) return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const megabytes = Math.ceil(bytes / 1e6);
  throw new ModelError(
    'does-not-fit',
    `training needs ${megabytes} MB of memory in one piece, which cannot be had`,
    'Ask for fewer features or a smaller batch.',
  );
}
