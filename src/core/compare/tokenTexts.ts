/** What each token of a text adds to it, as people read it. */
import { bytesOfSpelling } from '../tokenizer/byteAlphabet.ts';
import { Utf8Stream } from '../tokenizer/utf8Stream.ts';

/**
 * One text a token, which together are the text: a token that ends inside of a character adds nothing, and the one that
 * completes it all of it.
 * @param pieces the vocabulary's spelling of each id; an id without one is written as its number
 */
export function tokenTexts(ids: readonly number[], pieces: Readonly<Record<string, string>>): string[] {
  const stream = new Utf8Stream();
  const texts = ids.map((id) => {
    const piece = Object.hasOwn(pieces, id) ? pieces[id] : undefined;
    return piece === undefined ? `#${id}` : stream.push(bytesOfSpelling(piece));
  });
  const rest = stream.end();
  return rest === '' ? texts : [...texts.slice(0, -1), (texts.at(-1) ?? '') + rest];
}
