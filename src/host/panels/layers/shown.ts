/** The reading that the panel of layers shows, with all that is said of it: from the engine, or from a trace. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { LayersReading as Reading, ProbeScores } from '../../../core/lens/reading.ts';
import { readLayersReading } from '../../../core/lens/readingSchema.ts';
import type { AppliedSteering, ModelSummary, SteerChoice } from '../../../protocol/engineService.ts';
import type { LayersReading, LayersSettings } from '../../../protocol/panels/layers.ts';
import type { PanelModelState } from '../../../protocol/panels/panel.ts';
import { unreadable } from '../trace.ts';
import type { ReadSource } from './sources.ts';

export interface Shown {
  readonly id: string;
  readonly source: string;
  readonly reading: Reading;
  readonly model: string;
  readonly precision: string;
  readonly heads: number;
  readonly steering: string;
  readonly at: string;
  /** What it was read with: other settings would give another reading. */
  readonly read: Pick<LayersSettings, 'direction' | 'tokens' | 'steered'>;
  /** What it can be taken apart with, by the same model only; absent where it came from a file. */
  readonly live?: { readonly source: ReadSource; readonly fingerprint: string };
  /** True while the model writes it: then cells are not read yet. */
  readonly isWriting?: true;
}

const traceData = v.object({
  source: v.string(),
  model: v.string(),
  precision: v.string(),
  heads: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  steering: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  reading: v.unknown(),
});

interface Circumstances {
  readonly applied: readonly AppliedSteering[];
  readonly model: ModelSummary;
  readonly settings: LayersSettings;
}

export function shownOf(source: ReadSource, reading: Reading, { applied, model, settings }: Circumstances): Shown {
  return {
    id: randomUUID(),
    source: source.label,
    reading,
    model: model.name,
    precision: model.precision,
    heads: model.heads,
    steering: steeringInWords(applied),
    at: new Date().toISOString(),
    read: readWith(settings),
    live: { source, fingerprint: model.fingerprint },
  };
}

/** "cpp × 2, polite × 1"; empty where nothing steers. */
export function steeringInWords(steer: readonly SteerChoice[]): string {
  return steer.map(({ name, strength }) => `${name} × ${strength}`).join(', ');
}

/** @throws StoreError `unreadable-trace` */
export function shownOfTrace(data: unknown, settings: LayersSettings): Shown {
  const read = v.safeParse(traceData, data);
  const reading = read.success ? readLayersReading(read.output.reading) : undefined;
  if (!read.success || !reading) throw unreadable(vscode.l10n.t('its figures are damaged'));
  return { ...read.output, id: randomUUID(), reading, read: readWith(settings) };
}

/** What of a reading goes into its trace: not the text that it could be read from again, but what was read of it. */
export function traceOf({ source, model, precision, heads, steering, at, reading }: Shown) {
  return { source, model, precision, heads, steering, at, reading };
}

/** The settings, with a measure and a language that the reading has. The probe's may be missing, and the page says what to do. */
export function showable(settings: LayersSettings, { reading }: Shown): LayersSettings {
  const measure = settings.measure === 'cosine' && !reading.measures.cosine ? 'lens' : settings.measure;
  const languages = reading.probe?.scores.map(({ language }) => language) ?? [];
  const [first = settings.language] = languages;
  return { ...settings, measure, language: languages.includes(settings.language) ? settings.language : first };
}

/** True where the settings, or the model, would give another reading of the same text. */
export function isStale(shown: Shown, settings: LayersSettings, { name, precision }: PanelModelState): boolean {
  const { read, live } = shown;
  const now = readWith(settings);
  const isOther = read.direction !== now.direction || read.tokens !== now.tokens || read.steered !== now.steered;
  return live !== undefined && (isOther || shown.model !== name || shown.precision !== precision);
}

export function readWith({ direction, tokens, steered }: LayersSettings): Shown['read'] {
  return { direction, tokens, steered };
}

/** What a snapshot says of it. */
export function summaryOf({ live, reading, read: _, isWriting, ...shown }: Shown): LayersReading {
  const { ids, first, layers, measures, probe, massive } = reading;
  return {
    ...shown,
    tokens: ids.length,
    read: ids.length - first,
    layers,
    hasCosine: measures.cosine !== undefined,
    ...(probe ? { probe: withoutScores(probe) } : {}),
    massive: massive.length,
    isLive: live !== undefined,
    isWriting: isWriting === true,
  };
}

function withoutScores({ scores, ...probe }: ProbeScores): NonNullable<LayersReading['probe']> {
  return { ...probe, languages: scores.map(({ language }) => language) };
}
