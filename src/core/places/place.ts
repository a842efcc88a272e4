/**
 * What a place is: somewhere in a text that asks for code and where no code is yet, or the file as a whole. It owns the
 * shape of a place and its id; finding places is the business of its neighbours.
 */
import type { LanguageId } from '../language/languages.ts';
import type { Surface } from '../steering/choice.ts';

/** A `docComment` is `///`, `/** ... *\/` or a docstring; a `cell` is a whole markdown cell of a notebook. */
export type PlaceKind = 'file' | 'docComment' | 'comment' | 'fence' | 'heading' | 'cell';

/** Both from 0; characters are UTF-16 units, as editors count them. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** The lines that an answer may go to: blank ones, or the end of the line that asks. Both ends are inside. */
export interface EmptyLines {
  readonly from: TextPosition;
  readonly lastLine: number;
}

export interface Place {
  /** Kind and instruction, so that it stays the same while lines move. Unique within a text. */
  readonly id: string;
  readonly kind: PlaceKind;
  /** The line that a lens stands above. */
  readonly lensLine: number;
  /** Where an answer goes; on a line that is not blank the answer begins a new one. Absent: wherever the cursor is. */
  readonly answerAt?: TextPosition;
  /** Where a cursor must be to be at this place; absent for a file and for a cell. */
  readonly empty?: EmptyLines;
  /** What is asked, without comment marks; '' for a file. */
  readonly instruction: string;
  /** The language of the fence around it, else of the file; absent where neither is a language that we know. */
  readonly language?: LanguageId;
  /** How it is asked if nothing steers: the inside of a body goes on as raw text, anything else is an answer. */
  readonly surface: Surface;
  /** What an answer's lines begin with. */
  readonly indent: string;
  /** `fenced`: in Markdown's prose, where an answer brings its fence along. */
  readonly form: 'code' | 'fenced';
}

/** A place before it has an id. */
export type FoundPlace = Omit<Place, 'id'>;

/** More of an instruction than this is told apart by its hash alone. */
const READABLE_ID_CHARACTERS = 80;

/** Gives every place its id; of places that ask the same, the second is `...#2`, from the top. */
export function withIds(found: readonly FoundPlace[]): Place[] {
  const seen = new Map<string, number>();
  return found.map((place) => {
    const base = placeId(place.kind, place.instruction);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return { id: count === 1 ? base : `${base}#${count}`, ...place };
  });
}

function placeId(kind: PlaceKind, instruction: string): string {
  const words = instruction.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
  if (words.length <= READABLE_ID_CHARACTERS) return words === '' ? kind : `${kind}:${words}`;
  return `${kind}:${words.slice(0, READABLE_ID_CHARACTERS)}~${hash(words)}`;
}

/** FNV-1a of the UTF-16 units, 32 bits: enough to tell the few instructions of one file apart. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
