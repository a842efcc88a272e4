/** What the frame of every panel asks of the host, whatever the panel is of: its words, and what becomes of a picture. */
import * as v from 'valibot';
import type { Words } from '../../core/charts/words.ts';
import type { ParamsSchemas } from '../rpc.ts';

export const FRAME_WORDS = {
  copyCsv: 'Copy as CSV',
  copyJson: 'Copy as JSON',
  savePng: 'Save as PNG…',
  copied: 'Copied: {0}',
} as const;

export type FrameWords = Words<typeof FRAME_WORDS>;

export interface FrameService {
  frameWords(params: Record<string, never>): Promise<FrameWords>;
  /** Puts a text on the clipboard. */
  copy(params: { readonly text: string }): Promise<null>;
  /** Asks the user where to, and writes a picture. @param params.png in base 64 */
  savePicture(params: { readonly name: string; readonly png: string }): Promise<null>;
}

/** A table of 512 tokens by 30 layers has about a megabyte; a picture of it less than ten. */
const MAX_TEXT = 64_000_000;

const frameSchemas: ParamsSchemas<FrameService> = {
  frameWords: v.strictObject({}),
  copy: v.strictObject({ text: v.pipe(v.string(), v.maxLength(MAX_TEXT)) }),
  savePicture: v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
    png: v.pipe(v.string(), v.maxLength(MAX_TEXT), v.regex(/^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/)),
  }),
};

/** The schemas of a panel with those of its frame. */
export function framed<S>(schemas: ParamsSchemas<S>): ParamsSchemas<S & FrameService> {
  // Which methods there are together the compiler cannot work out while S is open.
  return { ...schemas, ...frameSchemas } as unknown as ParamsSchemas<S & FrameService>;
}
