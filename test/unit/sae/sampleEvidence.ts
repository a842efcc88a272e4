/** Evidence as it might have been seen, for tests. */
import { pieceText } from '../../../src/core/charts/pieces.ts';
import { rowOf, type EvidenceCard, type FeatureEvidence, type FeatureRow } from '../../../src/core/sae/evidence.ts';

export function sampleFeature(index: number): FeatureEvidence {
  return {
    index,
    label: `on "fn${index}", Rust (AUROC 0.9${index % 10})`,
    active: 40 + index,
    mean: 2.5,
    max: 8 + index,
    histogram: { width: 0.5, counts: [4, 10, 0, 3] },
    contexts: [
      { file: 0, position: 12, pieces: ['Ġ{', 'Ċ', 'fn', 'Ġmain'], values: [0, 0.25, 8, 1.5], at: 2 },
      { file: 1, position: 3, pieces: ['def', 'Ġf'], values: [2, 0], at: 0 },
    ],
    promoted: [
      ['Ġmain', 1.25],
      ['Ġnew', 0.5],
    ],
    suppressed: [['Ġdef', -1.5]],
    selectivity: [
      { language: 'python', auroc: 0.25, lift: 0.5 },
      { language: 'rust', auroc: Number((0.9 + (index % 10) / 100).toFixed(2)), lift: null },
    ],
    nearest: [
      [index === 0 ? 1 : 0, 0.75],
      [index === 2 ? 1 : 2, 0.5],
    ],
  };
}

export function sampleFeatures(count: number): FeatureEvidence[] {
  return Array.from({ length: count }, (_, index) => sampleFeature(index));
}

export function sampleCard(dSae: number): EvidenceCard {
  return {
    artefact: '0123456789abcdef0123456789abcdef',
    createdAt: '2026-01-02T03:04:05.000Z',
    software: '1.2.3',
    corpus: 'held-out',
    dSae,
    tokens: 1000,
    windowTokens: 128,
    excluded: { first: 9, massive: 2 },
    languages: ['python', 'rust'],
    windows: [4, 5],
    files: [
      { path: 'a/main.rs', language: 'rust' },
      { path: 'b.py', language: 'python' },
    ],
    contexts: 8,
    contextsPerFile: 2,
  };
}

export function sampleRow(index: number): FeatureRow {
  const { selectivity, contexts, ...figures } = sampleFeature(index);
  const aurocs = selectivity.map(({ auroc }) => auroc);
  return rowOf({ ...figures, aurocs, peaks: contexts.map(({ pieces, at }) => pieces[at]) }, sampleCard(1).tokens);
}

/** The text of all contexts, a line for each. */
export function contextText({ contexts }: FeatureEvidence): string {
  return contexts.map(({ pieces }) => pieces.map(pieceText).join('')).join('\n');
}
