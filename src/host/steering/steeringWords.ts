/** What a choice comes to at one place, as the status bar and comparisons write it: by a direction, in words, or not at all. */
import * as vscode from 'vscode';
import { LANGUAGES } from '../../core/language/languages.ts';
import { choiceWithStrength, type ChosenSteering, type SteeringChoice } from '../../core/steering/choice.ts';

const { t } = vscode.l10n;

/** "off", "C++ ×1.25", "auto (C++)", "auto (Go, asked in words)", "auto (nothing steers here)". */
export function steeringInWords(choice: SteeringChoice, { language, named, steer }: ChosenSteering): string {
  if (choice.kind === 'off') return choiceWithStrength(choice);
  // A strength multiplies a direction: without one it says nothing.
  const label = choiceWithStrength(steer.length > 0 ? choice : { ...choice, strength: 1 });
  const isAuto = choice.kind === 'auto';
  const name = language === undefined ? '' : LANGUAGES[language].displayName;
  if (named !== undefined)
    return isAuto ? t('{0} ({1}, asked in words)', label, name) : t('{0} (asked in words)', label);
  if (steer.length === 0) return t('{0} (nothing steers here)', label);
  return isAuto ? `${label} (${name})` : label;
}
