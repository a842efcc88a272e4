/** What the next study will be of, where nobody has chosen, or as far as a direction says it. */
import type { LanguageId } from '../../../core/language/languages.ts';
import { languageNamed } from '../../../core/language/languages.ts';
import { languagesToProbe } from '../../../core/probes/question.ts';
import type { ProbeQuestion } from '../../../core/probes/study.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../../protocol/defaults.ts';
import type { ProbesSettings } from '../../../protocol/panels/probes.ts';
import type { KnownDirection } from '../../directions/catalogue.ts';

export const DEFAULT_SETTINGS: ProbesSettings = {
  target: 'cpp',
  against: DEFAULT_SOURCE_LANGUAGE,
  hook: 'resid_post',
  elsewhere: 'resid_mid',
  seed: 0,
};

/** The same, about the languages that a direction was fitted between; undefined for a direction to no language. */
export function settingsOf(
  { language, manifest }: Pick<KnownDirection, 'language' | 'manifest'>,
  settings: ProbesSettings,
): ProbesSettings | undefined {
  if (language === undefined) return undefined;
  const source: LanguageId = languageNamed(manifest.source ?? '')?.id ?? DEFAULT_SOURCE_LANGUAGE;
  return { ...settings, target: language, against: source === language ? 'all' : source };
}

/** What the engine is asked. */
export function questionOf({ target, against, hook, elsewhere, seed }: ProbesSettings): ProbeQuestion {
  return {
    languages: languagesToProbe(target, against),
    hooks: elsewhere === null ? [hook] : [hook, elsewhere],
    seed,
  };
}
