/** `npm run build`: installs what is missing and brings dist/ up to date. */
import { ensureBuilt } from './lib/bundle.mjs';
import { ensureInstalled, requireNode } from './lib/install.mjs';

requireNode();
await ensureInstalled();
console.error((await ensureBuilt()) ? 'Built dist' : 'dist is up to date');
