/** Gets the default model for the tests where it is missing, with its progress on stderr. `npm test` runs this first. */
import { SteerscopeError } from '../src/core/errors.ts';
import { ProgressReporter } from '../src/cli/progress.ts';
import { realModelPath } from './realModel.ts';

const progress = new ProgressReporter(process.stderr);
try {
  await realModelPath({
    onProgress: ({ phase, doneBytes, totalBytes }) =>
      progress.update({
        kind: 'progress',
        phase: `model: ${phase}`,
        done: doneBytes,
        total: totalBytes,
        unit: 'bytes',
      }),
  });
} catch (error) {
  if (!(error instanceof SteerscopeError)) throw error;
  // On stdout, for the runner; what is on stderr is for the eyes.
  console.log(`${error.message} ${error.advice}`.trim());
  process.exitCode = 1;
} finally {
  progress.clear();
}
