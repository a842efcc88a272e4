/** The main module of the terminal program with the engine of the tests in the place of the real one. */
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/program.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  engine: { modulePath: fileURLToPath(new URL('./fakeEngine.js', import.meta.url)), execArgv: [] },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signals: process,
  exit: (status) => process.exit(status),
});
