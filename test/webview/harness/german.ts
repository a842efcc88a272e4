/** The words of a panel in German, from the translation that ships, as the host would send them. */
import fs from 'node:fs';

const TRANSLATION = new URL('../../../l10n/bundle.l10n.de.json', import.meta.url);

/** The same table of words; what nobody translated stays English. */
export function german<T extends object>(words: T): T {
  const translated = JSON.parse(fs.readFileSync(TRANSLATION, 'utf8')) as Readonly<Record<string, string>>;
  const text = JSON.stringify(words, (_key, value: unknown) =>
    typeof value === 'string' ? (translated[value] ?? value) : value,
  );
  return JSON.parse(text) as T;
}
