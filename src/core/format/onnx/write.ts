/**
 * A graph as an ONNX model: ModelProto of IR version 8, operator set 17 and ONNX Runtime's contrib operators.
 * Field numbers are those of onnx.proto3. Big weights stay outside, as ranges of files beside the model.
 */
import { OPS } from '../../graph/ops.ts';
import {
  orderedInputs,
  orderedOutputs,
  type Attribute,
  type DType,
  type Graph,
  type Initializer,
  type Node,
  type TensorInfo,
} from '../../graph/graph.ts';
import { ProtobufWriter } from './protobuf.ts';

const IR_VERSION = 8;
const OPERATOR_SET = 17;

const ELEMENT_TYPE: Record<DType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 };
const EXTERNAL = 1;

/** The bytes of an `.onnx` file. */
export function writeOnnx(graph: Graph, name = 'steerscope'): Uint8Array {
  return new ProtobufWriter()
    .integer(1, IR_VERSION)
    .string(2, 'steerscope')
    .message(7, (message) => writeGraph(message, graph, name))
    .message(8, (opset) => opset.string(1, '').integer(2, OPERATOR_SET))
    .message(8, (opset) => opset.string(1, 'com.microsoft').integer(2, 1))
    .finish();
}

function writeGraph(message: ProtobufWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) message.message(1, (m) => writeNode(m, node));
  message.string(2, name);
  for (const tensor of graph.initializers.values()) message.message(5, (m) => writeInitializer(m, tensor));
  for (const input of graph.inputs) message.message(11, (m) => writeTensorInfo(m, input));
  for (const output of graph.outputs) message.message(12, (m) => writeTensorInfo(m, output));
}

function writeNode(message: ProtobufWriter, node: Node): void {
  for (const input of orderedInputs(node)) message.string(1, input);
  for (const output of orderedOutputs(node)) message.string(2, output);
  message.string(3, node.name).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message.message(5, (m) => writeAttribute(m, name, value));
  }
  message.string(7, OPS[node.op].domain);
}

function writeAttribute(message: ProtobufWriter, name: string, value: Attribute): void {
  message.string(1, name);
  if (typeof value === 'number') message.integer(3, value).integer(20, ATTRIBUTE_TYPE.int);
  else if (typeof value === 'string') message.string(4, value).integer(20, ATTRIBUTE_TYPE.string);
  else if ('float' in value) message.float(2, value.float).integer(20, ATTRIBUTE_TYPE.float);
  else {
    for (const item of value) message.integer(8, item);
    message.integer(20, ATTRIBUTE_TYPE.ints);
  }
}

function writeInitializer(message: ProtobufWriter, tensor: Initializer): void {
  for (const dimension of tensor.shape) message.integer(1, dimension);
  message.integer(2, ELEMENT_TYPE[tensor.dtype]).string(8, tensor.name);
  if (tensor.data instanceof Uint8Array) {
    message.bytes(9, tensor.data);
    return;
  }
  const { file, offset, length } = tensor.data;
  for (const [key, value] of Object.entries({ location: file, offset, length })) {
    message.message(13, (entry) => entry.string(1, key).string(2, String(value)));
  }
  message.integer(14, EXTERNAL);
}

function writeTensorInfo(message: ProtobufWriter, { name, dtype, shape }: TensorInfo): void {
  message.string(1, name).message(2, (type) => {
    if (dtype === 'sequence') {
      type.message(4, (sequence) =>
        sequence.message(1, (element) => element.message(1, (tensor) => tensor.integer(1, ELEMENT_TYPE.float32))),
      );
      return;
    }
    type.message(1, (tensor) => {
      tensor.integer(1, ELEMENT_TYPE[dtype]).message(2, (dimensions) => {
        for (const dimension of shape) {
          dimensions.message(1, (dim) => {
            if (typeof dimension === 'number') dim.integer(1, dimension);
            else dim.string(2, dimension);
          });
        }
      });
    });
  });
}
