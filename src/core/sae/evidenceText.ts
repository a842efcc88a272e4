/**
 * Evidence as a file: lines of JSON. The first says how long the others are, so that the list is read without the pages, and
 * a page without the rest:
 *
 *     {"format":"steerscope-features","version":1,"contentsBytes":N,"textsBytes":M}   padded with blanks to HEAD_BYTES
 *     {"card":…,"rows":[…],"pageBytes":[…]}   N bytes
 *     ["…"]                                   M bytes: the text of all contexts of each feature, to be searched
 *     one page a line, by index
 *
 * Bytes count the line's end. Reading is strict: the file may come from elsewhere.
 */
import * as v from 'valibot';
import type { ByteSource } from '../byteSource.ts';
import { FormatError } from '../errors.ts';
import { LANGUAGE_IDS } from '../language/languages.ts';
import { contextText, rowOf, type EvidenceCard, type FeatureEvidence, type FeatureRow } from './evidence.ts';

/** Of the first line. */
export const HEAD_BYTES = 160;

/** Changes with the meaning of any field; another version is refused. */
const VERSION = 2;
const FORMAT = 'steerscope-features';

export interface EvidenceContents {
  readonly card: EvidenceCard;
  /** By index. */
  readonly rows: readonly FeatureRow[];
  /** Of each page's line. */
  readonly pageBytes: readonly number[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = v.pipe(v.string(), v.maxLength(2_000));
const language = v.picklist(LANGUAGE_IDS);

const headSchema = v.strictObject({
  format: v.literal(FORMAT),
  version: count,
  contentsBytes: count,
  textsBytes: count,
});

const contentsSchema: v.GenericSchema<unknown, EvidenceContents> = v.strictObject({
  card: v.strictObject({
    artefact: text,
    createdAt: v.pipe(v.string(), v.isoTimestamp()),
    software: text,
    corpus: text,
    dSae: count,
    tokens: count,
    windowTokens: count,
    excluded: v.strictObject({ first: count, massive: count }),
    languages: v.array(language),
    windows: v.array(count),
    files: v.array(v.strictObject({ path: text, language })),
    contexts: count,
    contextsPerFile: count,
  }),
  rows: v.array(
    v.strictObject({
      index: count,
      label: text,
      density: share,
      max: finite,
      aurocs: v.array(v.nullable(share)),
      tokens: v.array(text),
    }),
  ),
  pageBytes: v.array(count),
});

const tokenLogits = v.array(v.strictTuple([text, finite]));

const pageSchema: v.GenericSchema<unknown, FeatureEvidence> = v.strictObject({
  index: count,
  label: text,
  active: count,
  mean: finite,
  max: finite,
  histogram: v.strictObject({ width: finite, counts: v.array(count) }),
  contexts: v.array(
    v.pipe(
      v.strictObject({
        file: count,
        position: count,
        pieces: v.array(text),
        values: v.array(finite),
        at: count,
      }),
      v.check(({ pieces, values, at }) => pieces.length === values.length && at < pieces.length, 'has a value missing'),
    ),
  ),
  promoted: tokenLogits,
  suppressed: tokenLogits,
  selectivity: v.array(v.strictObject({ language, auroc: v.nullable(share), lift: v.nullable(finite) })),
  nearest: v.array(v.strictTuple([count, finite])),
});

/** The lines of the file, in their order. */
export function* evidenceLines(card: EvidenceCard, features: readonly FeatureEvidence[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const pages = features.map((feature) => encoder.encode(`${JSON.stringify(feature, rounded)}\n`));
  const rows = features.map((feature) => rowOf(feature, card.tokens));
  const contents: EvidenceContents = { card, rows, pageBytes: pages.map(({ length }) => length) };
  const contentsLine = encoder.encode(`${JSON.stringify(contents, rounded)}\n`);
  const textsLine = encoder.encode(`${JSON.stringify(features.map(contextText))}\n`);
  const head = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    contentsBytes: contentsLine.length,
    textsBytes: textsLine.length,
  });
  yield encoder.encode(`${head.padEnd(HEAD_BYTES - 1)}\n`);
  yield contentsLine;
  yield textsLine;
  yield* pages;
}

/** Evidence that was opened: its list, and each page when it is asked for. */
export interface Evidence extends EvidenceContents {
  /** The text of all contexts of each feature. @throws FormatError `invalid-evidence` */
  texts(): readonly string[];
  /** @throws FormatError `invalid-evidence` */
  page(index: number): FeatureEvidence;
}

/** Reads the list and leaves the pages. @throws FormatError `invalid-evidence`, `evidence-version` */
export function readEvidence(source: ByteSource): Evidence {
  const { contentsBytes, textsBytes } = parseHead(bytesAt(source, 0, HEAD_BYTES));
  const contents = parseContents(bytesAt(source, HEAD_BYTES, contentsBytes));
  const textsStart = HEAD_BYTES + contentsBytes;
  const starts = startsOf(textsStart + textsBytes, contents.pageBytes);
  return {
    ...contents,
    texts: () => parseTexts(bytesAt(source, textsStart, textsBytes), contents),
    page: (index) => parsePage(bytesAt(source, starts[index], contents.pageBytes[index]), contents, index),
  };
}

function bytesAt(source: ByteSource, offset: number, length: number): Uint8Array {
  if (offset + length > source.size) throw fault('the file ends too early');
  return source.read(offset, length);
}

/** Where each page begins. */
function startsOf(first: number, lengths: readonly number[]): number[] {
  let next = first;
  return lengths.map((length) => (next += length) - length);
}

function parseHead(bytes: Uint8Array): v.InferOutput<typeof headSchema> {
  const head = parsed(headSchema, bytes, 'the first line');
  if (head.version === VERSION) return head;
  throw new FormatError(
    'evidence-version',
    `the evidence is of format version ${head.version}; this program reads version ${VERSION}`,
    REMAKE,
  );
}

function parseContents(bytes: Uint8Array): EvidenceContents {
  const contents = parsed(contentsSchema, bytes, 'the list');
  const { card, rows, pageBytes } = contents;
  const agree =
    rows.length === card.dSae &&
    pageBytes.length === card.dSae &&
    card.windows.length === card.languages.length &&
    rows.every(({ index, aurocs }, i) => index === i && aurocs.length === card.languages.length);
  if (!agree) throw fault('its parts do not belong together');
  return contents;
}

function parseTexts(bytes: Uint8Array, { card }: EvidenceContents): string[] {
  const texts = parsed(v.array(v.string()), bytes, 'the texts');
  if (texts.length !== card.dSae) throw fault('its texts are those of other features');
  return texts;
}

function parsePage(bytes: Uint8Array, { card }: EvidenceContents, index: number): FeatureEvidence {
  const page = parsed(pageSchema, bytes, `the page of feature ${index}`);
  const agree =
    page.index === index &&
    page.contexts.every(({ file }) => file < card.files.length) &&
    page.nearest.every(([other]) => other < card.dSae) &&
    page.selectivity.map(({ language: id }) => id).join() === card.languages.join();
  if (!agree) throw fault(`the page of feature ${index} is another one's`);
  return page;
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw fault(`${what} is not JSON`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw fault(`${what}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

function fault(problem: string): FormatError {
  return new FormatError('invalid-evidence', `the evidence of the features is not valid: ${problem}`, REMAKE);
}

const REMAKE = 'Make it again with: steerscope sae evidence';

/** Four digits tell all there is to tell, and halve the file. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
