/**
 * Exact logits of single tokens. In `fast` precision the head rounds its activations to 8 bits, which moves a logit by a
 * few tenths and can swap two that are close. The rows of the few tokens that could be first are therefore read from
 * the model's file again and multiplied in full precision, so that the choice of a token is exact.
 */
import type { CheckedModel } from '../../core/architectures/spec.ts';
import type { ByteSource } from '../../core/byteSource.ts';
import { FormatError } from '../../core/errors.ts';
import { readRows } from '../../core/format/gguf/readTensor.ts';
import type { GgufFile, GgufTensor } from '../../core/format/gguf/types.ts';

/** Computes the logit of a token from the normalised stream at a position [dModel]. */
export class ExactHead {
  private readonly tensor: GgufTensor;

  constructor(
    private readonly source: ByteSource,
    file: GgufFile,
    { spec, config }: CheckedModel,
  ) {
    const name = config.tiedEmbedding ? spec.embedding : spec.head;
    const tensor = file.tensors.get(name);
    if (tensor === undefined) throw new FormatError('missing-tensor', `the tensor ${name} is missing`);
    this.tensor = tensor;
  }

  logit(id: number, normalized: Float32Array): number {
    const row = readRows(this.source, this.tensor, id, 1);
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i] * normalized[i];
    return Math.fround(sum);
  }
}
