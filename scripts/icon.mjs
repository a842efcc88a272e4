/** `node scripts/icon.mjs`: makes media/icon.png, which galleries show, of media/icon.svg. Chromium draws it. */
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from './lib/install.mjs';
import { findProgram } from './lib/system.mjs';

/** Galleries show it at up to 128 points; this is enough for screens with two pixels a point. */
const SIZE = 256;

const program = findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
if (program === undefined) {
  console.error('steerscope: missing: chromium');
  process.exit(1);
}

const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  const source = fs.readFileSync(path.join(ROOT, 'media', 'icon.svg'));
  const address = `data:image/svg+xml;base64,${source.toString('base64')}`;
  await page.setContent(`<body style="margin: 0"><img src="${address}" width="${SIZE}" style="display: block"></body>`);
  await page.screenshot({ path: path.join(ROOT, 'media', 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
