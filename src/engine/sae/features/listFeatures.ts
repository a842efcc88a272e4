/** The list and the pages of features, from the evidence that was kept: no model is needed. */
import { UsageError } from '../../../core/errors.ts';
import { findLanguage } from '../../../core/language/languages.ts';
import { assertFeature } from '../../../core/sae/saeRecord.ts';
import type { EvidenceCard, FeatureEvidence } from '../../../core/sae/evidence.ts';
import { featuresWithText, queryFeatures, selectiveCounts } from '../../../core/sae/evidenceList.ts';
import type {
  SaeEvidenceResult,
  SaeFeatureParams,
  SaeFeatureResult,
  SaeFeaturesParams,
  SaeFeaturesResult,
  SaeLabelParams,
} from '../../../protocol/saeFeatureTypes.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import { FeatureFiles } from './featureFiles.ts';

/** @throws StoreError `unknown-artefact`, `not-an-sae`, `no-evidence`; UsageError `unknown-language`; FormatError */
export async function listFeatures(
  source: ArtefactSource,
  { name, search, language, sort, limit }: SaeFeaturesParams,
): Promise<SaeFeaturesResult> {
  const files = await FeatureFiles.of(source, name);
  const own = await files.labels();
  const { card, rows, texts } = files.evidence();
  const query = {
    sort,
    ...(search === undefined ? {} : { search }),
    ...(language === undefined ? {} : { language: languageIn(card, language) }),
  };
  const labelled = rows.map((row) => ({ ...row, ...ownLabelOf(own.get(row.index)) }));
  const inContexts = search === undefined ? new Set<number>() : featuresWithText(texts(), search);
  const found = queryFeatures(labelled, card.languages, query, inContexts);
  return { name, card: cardSummary(card), found: found.length, features: found.slice(0, limit) };
}

/** @throws as {@link listFeatures}; UsageError `no-feature` */
export async function showFeature(
  source: ArtefactSource,
  { name, index }: SaeFeatureParams,
): Promise<SaeFeatureResult> {
  const files = await FeatureFiles.of(source, name);
  const own = await files.labels();
  const { card, rows, page } = files.evidence();
  assertFeature(files.manifest, index);
  const feature = page(index);
  return {
    ...feature,
    ...ownLabelOf(own.get(index)),
    density: rows[index].density,
    nearestLabels: feature.nearest.map(([other]) => own.get(other) ?? rows[other].label),
    files: Object.fromEntries(feature.contexts.map(({ file }) => [String(file), card.files[file]])),
  };
}

/** Keeps the user's label of a feature. @throws as {@link showFeature}, but for the evidence, which it does without */
export async function labelFeature(source: ArtefactSource, { name, index, label }: SaeLabelParams): Promise<null> {
  const files = await FeatureFiles.of(source, name);
  assertFeature(files.manifest, index);
  await files.setLabel(index, label.trim());
  return null;
}

/** What evidence is, in short. */
export function evidenceSummary(
  card: EvidenceCard,
  features: readonly FeatureEvidence[],
  notes: readonly string[],
): SaeEvidenceResult {
  const rows = features.map(({ selectivity }) => ({ aurocs: selectivity.map(({ auroc }) => auroc) }));
  return {
    card: cardSummary(card),
    silent: features.filter(({ active }) => active === 0).length,
    selective: selectiveCounts(rows, card.languages),
    notes,
  };
}

function cardSummary({ files, ...card }: EvidenceCard): SaeEvidenceResult['card'] {
  return { ...card, files: files.length };
}

function ownLabelOf(label: string | undefined): { ownLabel?: string } {
  return label === undefined ? {} : { ownLabel: label };
}

function languageIn(card: EvidenceCard, name: string) {
  const { id } = findLanguage(name);
  if (card.languages.includes(id)) return id;
  throw new UsageError(
    'language-not-seen',
    `the text that the features were looked at on has no ${id}`,
    `Choose one of ${card.languages.join(', ')}, or make the evidence on text that has it.`,
  );
}
