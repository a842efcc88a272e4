/**
 * `npm run l10n`: writes l10n/bundle.l10n.json, every text that the extension shows, for whoever translates it, and says
 * which texts a translation lacks or has too many of.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './lib/install.mjs';
import { allTexts } from './lib/l10nStrings.ts';

const FOLDER = path.join(ROOT, 'l10n');
const BUNDLE = 'bundle.l10n.json';

const texts = await allTexts();
fs.mkdirSync(FOLDER, { recursive: true });
const bundle = Object.fromEntries(texts.map((text) => [text, text]));
fs.writeFileSync(path.join(FOLDER, BUNDLE), `${JSON.stringify(bundle, null, 2)}\n`);
console.log(`l10n/${BUNDLE}: ${texts.length} texts`);

for (const file of fs.readdirSync(FOLDER).filter((name) => name !== BUNDLE)) {
  const translated = Object.keys(
    JSON.parse(fs.readFileSync(path.join(FOLDER, file), 'utf8')) as Record<string, string>,
  );
  for (const text of texts.filter((one) => !translated.includes(one))) console.log(`l10n/${file} lacks ${text}`);
  for (const text of translated.filter((one) => !texts.includes(one)))
    console.log(`l10n/${file} has no use for ${text}`);
}
