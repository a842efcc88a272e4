/** The results of a study as files in its folder: JSON, Markdown and HTML. */
import { studyResults } from '../../core/study/results.ts';
import type { ArtefactFacts, StudyResults } from '../../core/study/results.ts';
import type { StudyFile } from '../../core/study/file.ts';
import { cellName } from '../../core/study/plan.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import { VERSION } from '../../protocol/version.ts';
import type { StudyFolder } from './folder.ts';
import { studyMarkdown } from './markdown.ts';
import { studyPage } from './page.ts';
import { SCORED_TOKENS } from './request.ts';
import type { StudyState } from './run.ts';

export function resultsOf(
  study: StudyFile,
  { name, fingerprint, precision }: ModelSummary,
  command: string,
  state: StudyState,
): StudyResults {
  return studyResults(
    state.cells.flatMap(({ result }) => result ?? []),
    {
      ...{ study, command },
      software: VERSION,
      madeAt: new Date().toISOString(),
      model: { name, fingerprint, precision },
      repeatPenalty: measureOptions.repeatPenalty,
      scoredTokens: SCORED_TOKENS,
      artefacts: artefactFacts(state),
      missing: state.cells.filter(({ result }) => result === undefined).map(({ cell }) => cellName(cell)),
    },
  );
}

/** Writes every form of the results; their paths. */
export async function writeResults(results: StudyResults, folder: StudyFolder): Promise<string[]> {
  const texts = {
    'study.json': `${JSON.stringify(results, null, 2)}\n`,
    'study.md': studyMarkdown(results),
    'study.html': studyPage(results),
  };
  const files: string[] = [];
  for (const [name, text] of Object.entries(texts)) files.push(await folder.writeResult(name, text));
  return files;
}

function artefactFacts({ artefacts, fits }: StudyState): ArtefactFacts[] {
  return artefacts.map((manifest) => {
    const { name, id, method, target, layers, strength, scope, seed, positions, dataHash, createdAt } = manifest;
    const ms = fits.find((fit) => fit.name === name)?.ms;
    return {
      ...{ name, id, method, layers, strength, scope, seed, positions, dataHash, createdAt },
      target: target ?? '',
      params: manifest.params,
      figures: manifest.figures,
      fitSeconds: ms === undefined ? null : ms / 1000,
    };
  });
}
