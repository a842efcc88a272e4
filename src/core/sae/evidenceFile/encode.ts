/** Writes evidence: see `layout.ts`. */
import { encodeSafetensors, type EncodedSafetensors, type SafetensorsData } from '../../format/safetensors.ts';
import { HISTOGRAM_BINS } from '../doublingHistogram.ts';
import type { EvidenceCard, FeatureContext, FeatureEvidence, TokenLogit } from '../evidence.ts';
import { FORMAT, HEAT_UNITS, PEAK_UNITS, VERSION, fault, packHalf, packShare, type EvidenceJson } from './layout.ts';
import { TextTable } from './textTable.ts';

/** @throws FormatError `invalid-evidence` where features have different numbers of tokens or neighbours */
export function encodeEvidence(card: EvidenceCard, features: readonly FeatureEvidence[]): EncodedSafetensors {
  const dSae = features.length;
  const table = new TextTable(features);
  const contexts = features.flatMap((feature) => feature.contexts);
  const tensors = new Map<string, SafetensorsData>([
    ['active', counts([dSae], features.map(({ active }) => active))],
    ['means', singles(features.map(({ mean }) => mean))],
    ['maxima', singles(features.map(({ max }) => max))],
    ['histogramWidths', singles(features.map(({ histogram }) => histogram.width))],
    ['histogramCounts', counts([dSae, HISTOGRAM_BINS], features.flatMap(({ histogram }) => filled(histogram.counts)))],
    ['contextCounts', counts([dSae], features.map((feature) => feature.contexts.length))],
    ['contextStarts', counts([contexts.length], contexts.map((context) => table.startOf(context)))],
    ['contextLengths', counts([contexts.length], contexts.map(({ pieces }) => pieces.length))],
    ['contextPeaks', counts([contexts.length], contexts.map(({ at }) => at))],
    ['peakShares', counts([contexts.length], features.flatMap(peakShares))],
    ['heats', bytes(contexts.flatMap(heats))],
    ...tokenLogits('promoted', features.map(({ promoted }) => promoted), table),
    ...tokenLogits('suppressed', features.map(({ suppressed }) => suppressed), table),
    ['aurocs', rows(features.map(({ selectivity }) => selectivity.map(({ auroc }) => packShare(auroc))), 'U16')],
    ['lifts', rows(features.map(({ selectivity }) => selectivity.map(({ lift }) => packHalf(lift))), 'F16')],
    ['nearest', rows(features.map(({ nearest }) => nearest.map(([index]) => index)))],
    ['cosines', rows(features.map(({ nearest }) => nearest.map(([, cosine]) => packHalf(cosine))), 'F16')],
    // After the logits, which have words of their own.
    ['stretches', counts([table.stretches.length / 3, 3], table.stretches)],
    ['tokens', counts([table.tokens.length], table.tokens)],
  ]); // prettier-ignore
  const json: EvidenceJson = { card, labels: features.map(({ label }) => label), pieces: table.pieces };
  tensors.set('json', bytes(new TextEncoder().encode(JSON.stringify(json))));
  return encodeSafetensors(tensors, { format: FORMAT, version: String(VERSION) });
}

function peakShares({ max, contexts }: FeatureEvidence): number[] {
  return contexts.map(({ values, at }) => Math.min(PEAK_UNITS, Math.round((values[at] / max) * PEAK_UNITS)));
}

/** What is active at all has a heat. */
function heats({ values, at }: FeatureContext): number[] {
  return values.map((value) =>
    value > 0 ? Math.min(HEAT_UNITS, Math.max(1, Math.round((value / values[at]) * HEAT_UNITS))) : 0,
  );
}

function tokenLogits(
  name: string,
  lists: readonly (readonly TokenLogit[])[],
  table: TextTable,
): [string, SafetensorsData][] {
  return [
    [name, rows(lists.map((list) => list.map(([piece]) => table.pieceOf(piece))))],
    [
      `${name}Logits`,
      rows(
        lists.map((list) => list.map(([, logit]) => packHalf(logit))),
        'F16',
      ),
    ],
  ];
}

/** Rows of one length. @param dtype of bits that are packed; whole numbers where absent */
function rows(lists: readonly (readonly number[])[], dtype?: 'U16' | 'F16'): SafetensorsData {
  const width = lists[0]?.length ?? 0;
  if (lists.some(({ length }) => length !== width)) throw fault('its features have unequal lists');
  const shape = [lists.length, width];
  return dtype === undefined ? counts(shape, lists.flat()) : { dtype, shape, data: Uint16Array.from(lists.flat()) };
}

function counts(shape: readonly number[], values: readonly number[]): SafetensorsData {
  const isSmall = values.every((value) => value <= 0xffff);
  return isSmall
    ? { dtype: 'U16', shape, data: Uint16Array.from(values) }
    : { dtype: 'U32', shape, data: Uint32Array.from(values) };
}

function singles(values: readonly number[]): SafetensorsData {
  return { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) };
}

function bytes(values: ArrayLike<number>): SafetensorsData {
  return { dtype: 'U8', shape: [values.length], data: Uint8Array.from(values) };
}

function filled(found: readonly number[]): number[] {
  return Array.from({ length: HISTOGRAM_BINS }, (_, bin) => found[bin] ?? 0);
}
