/**
 * What is to be translated is known as a whole, and each translation says all of it: the same keys, the same gaps, icons,
 * links and names of settings in each text.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/lib/install.mjs';
import { allTexts, textsOfCalls } from '../../scripts/lib/l10nStrings.ts';

type Table = Readonly<Record<string, string>>;

function readTable(file: string): Table {
  return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')) as Table;
}

/** The files of a folder that translate another one: those of `package.nls.json` are `package.nls.de.json` and so on. */
function translationsOf(folder: string, base: string): string[] {
  const ending = /^[a-z]{2}(?:-[a-z]{2})?\.json$/;
  const start = base.replace(/json$/, '');
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.startsWith(start) && ending.test(name.slice(start.length)))
    .map((name) => path.posix.join(folder, name));
}

/** What no translation may change, in any order: gaps, icons, targets of links, quoted code. */
function fixedParts(text: string): string[] {
  return (text.match(/\{\d+\}|\$\([\w~-]+\)|\]\([^)]+\)|`[^`]+`/g) ?? []).sort();
}

test('texts are found however the host calls the function, and none that it makes up is overlooked', () => {
  const source = `
    const { t } = vscode.l10n;
    const { t: say } = vscode.l10n;
    t('one'); say("two", 2); vscode.l10n.t(\`three\`); t(isMany ? 'four' : ('five'));
    other('six');
    t('seven' + name);
    vscode.l10n.t(text);
    t(\`eight \${name}\`);
  `;
  assert.deepEqual(textsOfCalls('a.ts', source), {
    texts: ['one', 'two', 'three', 'four', 'five'],
    unreadable: ['a.ts:6', 'a.ts:7', 'a.ts:8'],
  });
});

test('the bundle holds every text of the host and of the panels, and no other: else `npm run l10n`', async () => {
  const bundle = readTable('l10n/bundle.l10n.json');
  const texts = await allTexts();
  assert.ok(texts.includes('Show Log') && texts.includes('Language bias'), 'a call or a table is not seen');
  assert.deepEqual(Object.keys(bundle), texts);
  assert.deepEqual(Object.values(bundle), texts);
});

for (const [folder, base] of [
  ['.', 'package.nls.json'],
  ['l10n', 'bundle.l10n.json'],
] as const)
  test(`each translation of ${base} has its keys, and each text the same gaps, icons and links`, () => {
    const original = readTable(path.posix.join(folder, base));
    const translations = translationsOf(folder, base);
    assert.ok(translations.length > 0);
    for (const file of translations) {
      const translation = readTable(file);
      assert.deepEqual(Object.keys(translation).sort(), Object.keys(original).sort(), file);
      for (const [key, text] of Object.entries(translation)) {
        assert.notEqual(text.trim(), '', `${file}: ${key}`);
        assert.deepEqual(fixedParts(text), fixedParts(original[key] ?? ''), `${file}: ${key}`);
      }
    }
  });
