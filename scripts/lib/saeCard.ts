/** The card of the autoencoder that ships, `docs/figures/sae.md`: what it was made of, and what it is worth. Pure. */
import type { ArtefactManifest } from '../../src/core/artefact/manifest.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';
import type { SaeCollectResult } from '../../src/protocol/saeCollectTypes.ts';
import type { SaeEvidenceResult } from '../../src/protocol/saeFeatureTypes.ts';
import type { SaeEvalResult } from '../../src/protocol/saeTypes.ts';

export interface SaeFacts {
  readonly manifest: ArtefactManifest;
  readonly collected: SaeCollectResult;
  readonly evidence: { readonly card: SaeEvidenceResult['card']; readonly selective: Readonly<Record<string, number>> };
  /** On the held-out activations, and on held-out text. */
  readonly onRows: SaeEvalResult;
  readonly onText: SaeEvalResult;
  /** Of what ships. */
  readonly bytes: number;
  readonly machine: string;
}

export function cardOf({ manifest, collected, evidence, onRows, onText, bytes, machine }: SaeFacts): string {
  const { params, model, hook } = manifest;
  const { splice } = onText;
  const packages = Object.values(collected.packages);
  const heldOut = packages.filter((rows) => rows.heldOut > 0).length;
  const { density } = onRows;
  const rows = [
    ['explained variance', shown(onRows.explainedVariance), `${onRows.rows} activations`],
    ['L0', `${shown(onRows.l0)}, median ${onRows.l0Median}`, `${onRows.rows} activations`],
    ['never active', percent(density.dead), `${onRows.rows} activations`],
    ['active more than 1%, 10% of the time', density.dense.map(percent).join(', '), `${onRows.rows} activations`],
    [
      'effective features, superposition',
      `${onRows.effectiveFeatures.toFixed(0)}, ${onRows.superposition.toFixed(2)}`,
      `${onRows.rows} activations`,
    ],
    ...(splice
      ? [
          ['cross-entropy recovered, against the mean', shown(splice.ceRecovered), `${onText.documents} files`],
          ['cross-entropy recovered, against zeros', shown(splice.ceRecoveredFromZero), `${onText.documents} files`],
          [
            'cross-entropy: as it is, spliced, mean, zeros',
            [
              splice.crossEntropy.clean,
              splice.crossEntropy.spliced,
              splice.crossEntropy.meanAblated,
              splice.crossEntropy.zeroAblated,
            ]
              .map((nats) => nats.toFixed(3))
              .join(', '),
            `${onText.rows} tokens`,
          ],
        ]
      : []),
  ];
  return `# The autoencoder that ships

\`${manifest.name}\`: ${manifest.method}, ${String(params['dSae'])} features of the ${String(params['dIn'])} numbers at \`blocks.${manifest.layers[0]}.hook_${hook}\` of ${model.name}
(${model.precision}); ${(bytes / 1e6).toFixed(1)} MB with the evidence of its features. Made by \`npm run fit:sae\` on ${manifest.createdAt.slice(0, 10)}, on ${machine}.

Corpus: the ${packages.length} packages of \`scripts/saeCorpus.json\`, ${collected.files} files, ${collected.tokens} tokens. ${heldOut} packages are held out, and all
figures are on them. Trained on ${collected.rows.train} activations: ${[
    'steps',
    'batch',
    'learningRate',
    'trainedK',
    'sparsity',
  ]
    .filter((key) => params[key] !== undefined)
    .map((key) => `${key} ${String(params[key])}`)
    .join(', ')}. Left out are the first position of each
window and those with more than 10 times the median norm.

| | | on |
| --- | ---: | ---: |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

Intervals are of 95%, over files that are drawn again. A feature that is active more than once in ${Math.round(1 / density.deadBelow)} activations would most
likely have been seen, so that one that never was is rarer than that.

| language | activations trained on | held out | features with AUROC 0.95 or more |
| --- | ---: | ---: | ---: |
${Object.entries(collected.languages)
  .map(
    ([language, part]) => `| ${language} | ${part.train} | ${part.heldOut} | ${evidence.selective[language] ?? ''} |`,
  )
  .join('\n')}

AUROC is that of the largest activation in a window of ${evidence.card.windowTokens} tokens, ${evidence.card.tokens} tokens of held-out packages in all: the shorter a
window, the less of a language is in it, and the fewer features tell it. Every number is in
[sae.json](sae.json).
`;
}

function shown([value, lower, upper]: Interval): string {
  return `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
