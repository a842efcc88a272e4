/** Safetensors: everything that other folders may use. */
export {
  parseSafetensorsHeader,
  readSafetensor,
  readSafetensorArray,
  safetensorsEntry,
  type SafetensorsEntry,
  type SafetensorsFile,
} from './safetensors/read.ts';
export { encodeSafetensors, type EncodedSafetensors, type SafetensorsData } from './safetensors/write.ts';
export type { SafetensorsDtype } from './safetensors/dtypes.ts';
