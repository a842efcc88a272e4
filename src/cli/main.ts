/** The terminal program's main module: gives `runCli` this process, and the engine that lies beside this file. */
import { fileURLToPath } from 'node:url';
import type { EngineProgram } from './cli.ts';
import { runCli } from './program.ts';

/** From the sources the engine is run through tsx, as this file is; built, it is the bundle next to this one. */
function engineProgram(): EngineProgram {
  const isSource = import.meta.url.endsWith('.ts');
  const relative = isSource ? '../engine/main.ts' : './engine.js';
  return {
    modulePath: fileURLToPath(new URL(relative, import.meta.url)),
    execArgv: isSource ? ['--import', 'tsx'] : ['--enable-source-maps'],
  };
}

process.exitCode = await runCli(process.argv.slice(2), {
  engine: engineProgram(),
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signals: process,
  exit: (status) => process.exit(status),
});
