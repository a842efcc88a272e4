/** `npm run vscode:install`: installs the VS Code of the tests where it is missing. `npm test` does so by itself. */
import { requireNode } from './lib/install.mjs';
import { ensureVSCode } from './lib/vscode.mjs';

requireNode();
const { vscode, chromium, missing } = await ensureVSCode();
console.error(missing === undefined ? `VS Code: ${vscode}\nBrowser: ${chromium}` : `steerscope: ${missing}`);
process.exitCode = missing === undefined ? 0 : 1;
