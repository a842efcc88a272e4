/** What every panel works on: the chosen model, and directions as they are offered in a list. */
import { LANGUAGES } from '../../core/language/languages.ts';
import type { DirectionChoice } from '../../protocol/panels/bias.ts';
import type { PanelModelState } from '../../protocol/panels/panel.ts';
import { modelName, type KnownDirection } from '../directions/catalogue.ts';
import type { Services } from '../services.ts';

/** "C++ · cpp": a language may have several directions to it. */
export function choiceOf({ name, language }: KnownDirection): DirectionChoice {
  if (language === undefined) return { name, label: name };
  return { name, label: `${LANGUAGES[language].displayName} · ${name}`, target: language };
}

export function subjectModel({ engine, settings }: Pick<Services, 'engine' | 'settings'>): PanelModelState {
  const { model: state, summary } = engine.state;
  const { model, precision } = settings.model;
  return { state, name: summary?.name ?? modelName(model), precision: summary?.precision ?? precision };
}
