/** The registry of architecture families, and the checks that every family shares. */
import { FormatError, ModelError } from '../errors.ts';
import { getString } from '../format/gguf/metadata.ts';
import type { GgufFile } from '../format/gguf/types.ts';
import { llama } from './llama.ts';
import type { ArchitectureSpec, CheckedModel, DecoderConfig } from './spec.ts';

const ARCHITECTURES: readonly ArchitectureSpec[] = [llama];

/**
 * Finds the family of a file and checks its numbers against its tensors.
 * @throws ModelError `unsupported-architecture` naming what is supported; FormatError where tensors are missing or
 * have the wrong shape.
 */
export function detectArchitecture(file: GgufFile): CheckedModel {
  const id = getString(file, 'general.architecture');
  const spec = ARCHITECTURES.find((candidate) => candidate.id === id);
  if (spec === undefined) {
    const known = ARCHITECTURES.map((candidate) => candidate.id).join(', ');
    throw new ModelError(
      'unsupported-architecture',
      `the architecture "${id}" is not supported; supported: ${known}`,
      'Choose a GGUF of a supported family, or the default model.',
    );
  }
  const config = spec.config(file);
  checkNumbers(config);
  checkTensors(file, spec, config);
  return { spec, config };
}

function checkNumbers(config: DecoderConfig): void {
  const limits: Partial<Record<keyof DecoderConfig, number>> = {
    layers: 512,
    dModel: 65536,
    heads: 1024,
    kvHeads: 1024,
    headWidth: 1024,
    dMlp: 1 << 20,
    vocab: 1 << 22,
    context: 1 << 24,
  };
  for (const [key, limit] of Object.entries(limits)) {
    const value = config[key as keyof DecoderConfig] as number;
    if (!Number.isInteger(value) || value < 1 || value > limit)
      throw new FormatError(
        'bad-hyperparameter',
        `${key} is ${value}; it must be a whole number from 1 to ${limit}`,
        ADVICE,
      );
  }
  if (config.heads % config.kvHeads !== 0)
    throw new FormatError(
      'bad-hyperparameter',
      `${config.heads} heads do not divide over ${config.kvHeads} KV heads`,
      ADVICE,
    );
  if (config.headWidth % 2 !== 0)
    throw new FormatError(
      'bad-hyperparameter',
      `the head width ${config.headWidth} is odd, so positions cannot rotate`,
      ADVICE,
    );
  if (!(config.rmsEpsilon > 0 && config.rmsEpsilon < 1) || !(config.ropeBase >= 1 && Number.isFinite(config.ropeBase)))
    throw new FormatError('bad-hyperparameter', 'the norm epsilon or the rotary base is out of range', ADVICE);
}

const ADVICE = 'The file is damaged or was not made for this architecture: get it again.';

function checkTensors(file: GgufFile, spec: ArchitectureSpec, config: DecoderConfig): void {
  const { dModel, dMlp, vocab, heads, kvHeads, headWidth } = config;
  const expect = (name: string, ...shape: number[]) => {
    const tensor = file.tensors.get(name);
    if (tensor === undefined) throw new FormatError('missing-tensor', `the tensor ${name} is missing`, ADVICE);
    if (tensor.shape.length !== shape.length || tensor.shape.some((n, i) => n !== shape[i]))
      throw new FormatError(
        'wrong-shape',
        `${name} is [${tensor.shape.join(', ')}] where [${shape.join(', ')}] is needed`,
        ADVICE,
      );
  };
  expect(spec.embedding, vocab, dModel);
  expect(spec.finalNorm, dModel);
  if (!config.tiedEmbedding) expect(spec.head, vocab, dModel);
  for (let layer = 0; layer < config.layers; layer++) {
    const block = spec.block(layer);
    const [q = '', k = '', v = ''] = block.qkv;
    expect(block.attentionNorm, dModel);
    expect(q, heads * headWidth, dModel);
    expect(k, kvHeads * headWidth, dModel);
    expect(v, kvHeads * headWidth, dModel);
    expect(block.attentionOut, dModel, heads * headWidth);
    expect(block.mlpNorm, dModel);
    for (const name of block.gateUp) expect(name, dMlp, dModel);
    expect(block.mlpOut, dModel, dMlp);
  }
}
