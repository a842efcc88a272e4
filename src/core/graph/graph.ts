/**
 * A small graph of named values: inputs, initialisers, nodes, outputs. Architectures build it, `format/onnx` writes
 * it. It knows nothing of ONNX's wire format and of where the bytes of a weight lie.
 */
import { SteerscopeError } from '../errors.ts';
import { OPS, type InputRole, type OpName, type OutputRole } from './ops.ts';

export type DType = 'float32' | 'int64' | 'int32' | 'uint8' | 'bool';

/** A dimension is a number, or a name where it changes from run to run. */
export type Dimension = number | string;

export interface TensorInfo {
  readonly name: string;
  /** `sequence`: no tensor but a list of float32 tensors, which has no shape. */
  readonly dtype: DType | 'sequence';
  readonly shape: readonly Dimension[];
}

/** A range of a file that lies beside the graph. Units: bytes. */
export interface ExternalBytes {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export interface Initializer {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | ExternalBytes;
}

export type Attribute = number | { readonly float: number } | string | readonly number[];

export interface Node {
  readonly op: OpName;
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export class Graph {
  readonly inputs: TensorInfo[] = [];
  readonly outputs: TensorInfo[] = [];
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, Initializer>();

  input(name: string, dtype: DType, shape: readonly Dimension[]): string {
    this.inputs.push({ name, dtype, shape });
    return name;
  }

  output(name: string, dtype: DType, shape: readonly Dimension[]): void {
    this.outputs.push({ name, dtype, shape });
  }

  /** Adds an output, before all others, that is an empty list of tensors. What for: see `engine/session/graphSession`. */
  firstOutputEmptyList(name: string): void {
    this.apply('SequenceEmpty', name, {});
    this.outputs.unshift({ name, dtype: 'sequence', shape: [] });
  }

  initializer(initializer: Initializer): string {
    this.initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  /** An int64 constant, shared by its content: shapes and axes. */
  int64s(values: readonly number[]): string {
    const name = `const.int64.${values.join('_')}`;
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.initializer({ name, dtype: 'int64', shape: [values.length], data });
  }

  /** A float32 constant of rank 0. */
  float32(value: number): string {
    const name = `const.float32.${value}`;
    return this.initializer({
      name,
      dtype: 'float32',
      shape: [],
      data: new Uint8Array(Float32Array.of(value).buffer),
    });
  }

  /**
   * Adds a node and names its outputs. `wanted` lists the output roles to produce; the first is called `name`, the
   * others `name.role`. Returns the names of the wanted outputs by role.
   */
  add<O extends OpName, W extends OutputRole<O>>(
    op: O,
    name: string,
    inputs: Partial<Record<InputRole<O>, string>>,
    wanted: readonly W[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Record<W, string> {
    const outputs = {} as Record<W, string>;
    wanted.forEach((role, i) => (outputs[role] = i === 0 ? name : `${name}.${role}`));
    this.nodes.push({ op, name, inputs: inputs as Record<string, string>, outputs, attributes });
    return outputs;
  }

  /** {@link add} for the operators with one output, called `y`: returns its name. */
  apply<O extends OpName>(
    op: O,
    name: string,
    inputs: Partial<Record<InputRole<O>, string>>,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes.push({ op, name, inputs: inputs as Record<string, string>, outputs: { y: name }, attributes });
    return name;
  }

  /** Splits `x` along its last axis into parts of the given widths, called `name.0`, `name.1`, ... */
  split(name: string, x: string, widths: readonly number[]): string[] {
    const parts = widths.map((_, i) => `${name}.${i}`);
    this.nodes.push({
      op: 'Split',
      name,
      inputs: { x, split: this.int64s(widths) },
      outputs: Object.fromEntries(parts.map((part, i) => [String(i), part])),
      attributes: { axis: -1 },
    });
    return parts;
  }
}

/** The inputs of a node in ONNX order; an absent optional input is an empty name, trailing ones are left out. */
export function orderedInputs(node: Node): string[] {
  return trimmed(OPS[node.op].inputs.map((role) => node.inputs[role] ?? ''));
}

/** The outputs of a node in ONNX order, likewise. */
export function orderedOutputs(node: Node): string[] {
  if (node.op === 'Split') return Object.values(node.outputs);
  return trimmed(OPS[node.op].outputs.map((role) => node.outputs[role] ?? ''));
}

function trimmed(names: string[]): string[] {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
}

/**
 * The part of a graph that its outputs need: nodes, initialisers and inputs that nothing asks for are gone, so that a
 * hook nobody wants costs nothing and a graph ends at its last hook. Throws where an output has no producer.
 */
export function pruned(graph: Graph): Graph {
  const producer = new Map<string, Node>();
  for (const node of graph.nodes) for (const out of orderedOutputs(node)) producer.set(out, node);
  const needed = new Set<string>();
  const pending = graph.outputs.map((output) => output.name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || needed.has(name)) continue;
    needed.add(name);
    const node = producer.get(name);
    if (node) pending.push(...orderedInputs(node));
    else if (!graph.initializers.has(name) && !graph.inputs.some((input) => input.name === name))
      throw new SteerscopeError('graph', `the graph has no value called ${name}`);
  }
  const result = new Graph();
  result.inputs.push(...graph.inputs.filter((input) => needed.has(input.name)));
  result.outputs.push(...graph.outputs);
  result.nodes.push(...graph.nodes.filter((node) => orderedOutputs(node).some((out) => needed.has(out))));
  for (const [name, initializer] of graph.initializers)
    if (needed.has(name)) result.initializers.set(name, initializer);
  return result;
}
