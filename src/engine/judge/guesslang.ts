/**
 * The judge's detector: guesslang's network, as `@vscode/vscode-languagedetection` ships it inside the package, read from
 * the package's own files, offline. Nothing that fits a direction or chooses a layer or a strength may import this
 * file: they use `core/language/keywords.ts`, or the judgement would be of its own making.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ModelOperations, ModelOperationsOptions } from '@vscode/vscode-languagedetection';
import type { LanguageGuess, LanguageId } from '../../core/language/languages.ts';

/**
 * The network spreads its probability over 54 classes, and on a dozen lines its first place may be a class outside the
 * registry (a Groovy, a batch file) a hair's breadth before the right one. Such a class therefore counts only where it is
 * this many times as likely as the best of the registry. Measured on 120 labelled snippets, cut to 100, 60 and 40% of
 * their lines: 104, 97 and 87 right, against 100, 90 and 78 for the plain first place.
 */
const CLEARLY_AHEAD = 2;

/** Below this nothing is likely: `undecided`. A third place has about 0.03. */
const MIN_CONFIDENCE = 0.045;

const PACKAGE = '@vscode/vscode-languagedetection';

/** The network's own ids (file extensions), for the languages of the registry. */
const LANGUAGE_OF: Readonly<Record<string, LanguageId>> = {
  py: 'python',
  cpp: 'cpp',
  c: 'c',
  java: 'java',
  jl: 'julia',
  rs: 'rust',
  js: 'javascript',
  ts: 'typescript',
  go: 'go',
};

export interface DetectedLanguage {
  readonly language: LanguageGuess;
  /** The network's probability for this language, 0..1; 0 where the code is too short for it (under 20 characters). */
  readonly confidence: number;
}

let detector: ModelOperations | undefined;
/** Calls run one after another: the first loads the network, and a second load at the same time would be wasted. */
let lastRun: Promise<unknown> = Promise.resolve();

/** What guesslang takes the body of some code (without fence and tag) for. The first call loads the network, about 0.1 s. */
export function detectLanguage(code: string): Promise<DetectedLanguage> {
  const run = lastRun.then(() => detect(code));
  lastRun = run.catch(() => undefined);
  return run;
}

async function detect(code: string): Promise<DetectedLanguage> {
  detector ??= loadDetector();
  const results = await detector.runModel(code);
  const known = results.find(({ languageId }) => languageId in LANGUAGE_OF);
  const foreign = results.find(({ languageId }) => !(languageId in LANGUAGE_OF));
  if (foreign && foreign.confidence > CLEARLY_AHEAD * (known?.confidence ?? 0))
    return { language: 'other', confidence: foreign.confidence };
  if (known === undefined) return { language: 'undecided', confidence: 0 };
  const { languageId, confidence } = known;
  return { language: confidence < MIN_CONFIDENCE ? 'undecided' : LANGUAGE_OF[languageId], confidence };
}

/** The package is CommonJS and finds its files through `__dirname`, which a bundle would break: we name them ourselves. */
function loadDetector(): ModelOperations {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve(`${PACKAGE}/package.json`)), 'model');
  const { ModelOperations: Detector } = require(PACKAGE) as {
    ModelOperations: new (options: ModelOperationsOptions) => ModelOperations;
  };
  return new Detector({
    modelJsonLoaderFunc: async () =>
      JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>,
    weightsLoaderFunc: async () => {
      const bytes = await readFile(join(folder, 'group1-shard1of1.bin'));
      // A Buffer may be a window on a pool; the network wants the bytes alone.
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  });
}
