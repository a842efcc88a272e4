/** The options of measured answers, which the front ends share. */
export { measureOptions } from '../../protocol/measureOptions.ts';
