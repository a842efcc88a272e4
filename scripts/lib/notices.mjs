/**
 * The notices that a package of the extension owes to whoever wrote what is in it: for each npm package, inside the bundles
 * or beside them, the text of its licence. Texts that a package does not bring along are in `licences/NAME@VERSION.txt`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const TEXTS = path.join(ROOT, 'licences');
const LICENCE = /^(?:licen[cs]e|notices?|copyrightnotice|thirdpartynotices)\b.*$/i;
const RULE = `\n${'-'.repeat(80)}\n`;

const HEAD = `The package of the extension contains the software of others that is listed here, each under its own licence.
`;

/**
 * The notices of the npm packages in these folders, which are from the clone's (`node_modules/valibot`).
 * Throws where the licence of one of them is not known: it has to be looked at before it is given on.
 */
export function noticesOf(folders) {
  const found = [...new Set(folders)].map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
    return { title: `${name} ${version}`, licence: license, text: licenceText(folder, name, version) };
  });
  const sorted = found.sort((a, b) => (a.title < b.title ? -1 : 1));
  return [HEAD, ...sorted.map(({ title, licence, text }) => `${title} (${licence})\n\n${text}\n`)].join(RULE);
}

function licenceText(folder, name, version) {
  const own = fs
    .readdirSync(path.join(ROOT, folder))
    .filter((file) => LICENCE.test(file))
    .sort()
    .map((file) => path.join(ROOT, folder, file));
  const files = [...own, ...addedTexts(name, version)];
  if (files.length === 0)
    throw new Error(`${name} brings no text of its licence: it belongs into licences/${name}@${version}.txt`);
  return files.map((file) => fs.readFileSync(file, 'utf8').trim()).join('\n\n');
}

/** A text for another version may be true of this one, but somebody has to look. */
function addedTexts(name, version) {
  const folder = path.join(TEXTS, path.dirname(name));
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const texts = names.filter((file) => file.startsWith(`${path.basename(name)}@`));
  if (texts.some((file) => file !== `${path.basename(name)}@${version}.txt`))
    throw new Error(
      `licences/${name}@... is for another version than ${version}: look whether it still holds, rename it`,
    );
  return texts.map((file) => path.join(folder, file));
}
