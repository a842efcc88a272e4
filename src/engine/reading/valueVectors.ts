/** What the neurons of an MLP write: the columns of its output matrix, the values of the MLP as a memory (arXiv 2012.14913). */
import { FormatError } from '../../core/errors.ts';
import { readTensor } from '../../core/format/gguf/readTensor.ts';
import type { GgufTensor } from '../../core/format/gguf/types.ts';
import type { LoadedModel, ModelFile } from '../model/loadedModel.ts';

/** What each neuron adds to the stream for each unit of its activation: [dMlp, dModel]. */
export function valueVectors({ source, file, spec, config }: LoadedModel, layer: number): Float32Array {
  const matrix = readTensor(source, tensorNamed(file, spec.block(layer).mlpOut)); // [dModel, dMlp]
  const { dModel, dMlp } = config;
  const vectors = new Float32Array(matrix.length);
  for (let i = 0; i < dModel; i++)
    for (let neuron = 0; neuron < dMlp; neuron++) vectors[neuron * dModel + i] = matrix[i * dMlp + neuron];
  return vectors;
}

/** @throws FormatError `missing-tensor` */
export function tensorNamed(file: ModelFile['file'], name: string): GgufTensor {
  const found = file.tensors.get(name);
  if (found === undefined) throw new FormatError('missing-tensor', `the tensor ${name} is missing`);
  return found;
}
