/**
 * `npm start`: the main job from a fresh clone. Installs and builds where that is needed, then runs the tour; the
 * arguments are the tour's, and its exit status is ours.
 */
import { ensureBuilt } from './lib/bundle.mjs';
import { runProgram } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();
process.exitCode = await runProgram(process.execPath, [`${ROOT}/dist/cli.js`, 'tour', ...process.argv.slice(2)]);
