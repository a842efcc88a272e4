/** GGUF: everything that other folders may use. */
export * from './types.ts';
export * from './metadata.ts';
export { readGguf } from './readGguf.ts';
export { dequantize } from './dequantize.ts';
export { readTensor, readTensorBytes, readRows } from './readTensor.ts';
export { ggufPieces, writeGguf, type GgufField, type GgufTensorData } from './write.ts';
export { quantizeQ4_0, quantizeQ4_1, quantizeQ8_0 } from './quantize.ts';
