/**
 * A llama in plain loops and double precision, straight from a GGUF's dequantised tensors: the reference for models that
 * PyTorch has not seen. It is written to be read and compared with a paper, not to be fast, and shares no arithmetic with
 * the graph that it checks.
 */
import type { ByteSource } from '../src/core/byteSource.ts';
import { getNumber, readTensor, type GgufFile } from '../src/core/format/gguf/index.ts';

type Vector = Float64Array;

/** What a run of a text gives. */
export interface ReferenceRun {
  /** The residual stream after each layer: [layer][pos][dModel]. */
  readonly residuals: Vector[][];
  readonly logits: Vector[]; // [pos][vocab]
}

/** What is added to a value of a layer at a position; undefined for nothing. It may look at the value, not change it. */
export type Addition = (layer: number, position: number, value: Vector) => ArrayLike<number> | undefined;

/** What is added where: to the residual stream after a layer or between its two halves, to what either half adds to it, to
 * the mixed values of all heads, or to the neurons. */
export type Additions = Readonly<
  Partial<Record<'resid_post' | 'resid_mid' | 'attn_out' | 'mlp_out' | 'z' | 'post', Addition>>
>;

/** Runs a text through the model of a GGUF. */
export function referenceForward(
  source: ByteSource,
  file: GgufFile,
  ids: readonly number[],
  additions: Additions = {},
): ReferenceRun {
  const matrix = (name: string) => matrixOf(source, file, `${name}.weight`);
  const layers = getNumber(file, 'llama.block_count');
  const embedding = matrix('token_embd');
  const stream = ids.map((id) => embedding.row(id));
  const residuals: Vector[][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const weight = (name: string) => matrix(`blk.${layer}.${name}`);
    const z = attention(file, normalise(file, stream, weight('attn_norm')), weight);
    steer(z, layer, additions.z);
    const out = weight('attn_output');
    const attentionOut = z.map((mixed) => out.times(mixed));
    steer(attentionOut, layer, additions.attn_out);
    addTo(stream, attentionOut);
    steer(stream, layer, additions.resid_mid);
    const normalised = normalise(file, stream, weight('ffn_norm'));
    const [gate, up, down] = [weight('ffn_gate'), weight('ffn_up'), weight('ffn_down')];
    const neurons = normalised.map((x) => zip(gate.times(x), up.times(x), (g, u) => silu(g) * u));
    steer(neurons, layer, additions.post);
    const mlpOut = neurons.map((x) => down.times(x));
    steer(mlpOut, layer, additions.mlp_out);
    addTo(stream, mlpOut);
    steer(stream, layer, additions.resid_post);
    residuals.push(stream.map((h) => h.slice()));
  }
  const head = file.tensors.has('output.weight') ? matrix('output') : embedding;
  const logits = normalise(file, stream, matrix('output_norm')).map((x) => head.times(x));
  return { residuals, logits };
}

interface Matrix {
  row(index: number): Vector;
  /** W x. */
  times(x: Vector): Vector;
}

/** A tensor as a matrix [rows, columns]; a vector is one row. */
function matrixOf(source: ByteSource, file: GgufFile, name: string): Matrix {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`the file has no ${name}`);
  const values = readTensor(source, tensor);
  const columns = tensor.shape.at(-1) ?? 1;
  const row = (index: number) => Float64Array.from(values.subarray(index * columns, (index + 1) * columns));
  const times = (x: Vector) => {
    const y = new Float64Array(values.length / columns);
    for (let r = 0; r < y.length; r++) for (let c = 0; c < columns; c++) y[r] += values[r * columns + c] * x[c];
    return y;
  };
  return { row, times };
}

/** x / rms(x), times the gain. */
function normalise(file: GgufFile, stream: readonly Vector[], gain: Matrix): Vector[] {
  const epsilon = getNumber(file, 'llama.attention.layer_norm_rms_epsilon');
  return stream.map((x) => {
    const meanSquare = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    return zip(x, gain.row(0), (value, g) => (value / Math.sqrt(meanSquare + epsilon)) * g);
  });
}

/** The mixed values of all heads: causal attention with grouped queries, head h reads key head floor(h kvHeads / heads). */
function attention(file: GgufFile, xs: readonly Vector[], weight: (name: string) => Matrix): Vector[] {
  const heads = getNumber(file, 'llama.attention.head_count');
  const kvHeads = getNumber(file, 'llama.attention.head_count_kv');
  const base = getNumber(file, 'llama.rope.freq_base');
  const project = (name: string, count: number) => {
    const w = weight(name);
    return xs.map((x) => headsOf(w.times(x), count)); // [pos][head][headWidth]
  };
  const turn = (each: Vector[][]) => each.map((byHead, position) => byHead.map((v) => rotated(v, position, base)));
  const queries = turn(project('attn_q', heads));
  const keys = turn(project('attn_k', kvHeads));
  const values = project('attn_v', kvHeads);
  return queries.map((byHead, position) => {
    const mixed = byHead.map((query, head) => {
      const group = Math.floor((head * kvHeads) / heads);
      const scores = Float64Array.from({ length: position + 1 }, (_, at) => dot(query, keys[at][group]));
      const pattern = softmax(scores.map((score) => score / Math.sqrt(query.length)));
      const z = new Float64Array(query.length);
      pattern.forEach((share, at) => values[at][group].forEach((value, i) => (z[i] += share * value)));
      return z;
    });
    return Float64Array.from(mixed.flatMap((z) => [...z]));
  });
}

/** Neighbours (2 i, 2 i + 1) turned by position times base^(-2 i / width), as llama.cpp stores this family. */
function rotated(v: Vector, position: number, base: number): Vector {
  const out = v.slice();
  for (let i = 0; i < v.length; i += 2) {
    const angle = position * base ** (-i / v.length);
    out[i] = v[i] * Math.cos(angle) - v[i + 1] * Math.sin(angle);
    out[i + 1] = v[i] * Math.sin(angle) + v[i + 1] * Math.cos(angle);
  }
  return out;
}

function headsOf(v: Vector, count: number): Vector[] {
  const width = v.length / count;
  return Array.from({ length: count }, (_, head) => v.slice(head * width, (head + 1) * width));
}

function softmax(scores: Vector): Vector {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function zip(a: Vector, b: Vector, f: (a: number, b: number) => number): Vector {
  return a.map((value, i) => f(value, b[i]));
}

function steer(values: readonly Vector[], layer: number, addition: Addition = () => undefined): void {
  values.forEach((value, position) => {
    const added = addition(layer, position, value);
    if (added) for (let i = 0; i < value.length; i++) value[i] += added[i];
  });
}

function addTo(stream: readonly Vector[], change: readonly Vector[]): void {
  stream.forEach((h, position) => h.forEach((_, i) => (h[i] += change[position][i])));
}
