/** Choosing what steers: for the file, for the workspace, more or less strongly. Places choose by their lenses. */
import * as vscode from 'vscode';
import { LANGUAGES, LANGUAGE_IDS } from '../../core/language/languages.ts';
import { SURFACES, choiceLabel, type SteeringChoice } from '../../core/steering/choice.ts';
import { activeEditorOrExplain } from '../activeEditor.ts';
import { steeredHere } from '../completion/cursor.ts';
import type { KnownDirection } from '../directions/catalogue.ts';
import type { Services } from '../services.ts';
import { hasWorkspaceSettings } from '../steering/steeringState.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choice?: SteeringChoice;
}

export function steeringCommands(services: Services): Commands {
  const change = async (steps: number): Promise<void> => {
    const editor = activeEditorOrExplain();
    if (!editor) return;
    const strength = await services.steering.changeStrength(steeredHere(editor), steps);
    const said = strength === undefined ? t('Nothing steers here.') : t('Steering strength {0}', strength);
    void vscode.window.setStatusBarMessage(said, 3000);
  };
  return {
    chooseSteering: (direction?: { readonly direction?: KnownDirection }) => choose(services, direction?.direction),
    increaseStrength: () => change(1),
    decreaseStrength: () => change(-1),
  };
}

/** A quick pick of everything that can be steered to; undefined where the user left it. */
export async function pickChoice(
  services: Services,
  title: string,
  current?: SteeringChoice,
): Promise<SteeringChoice | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const strength = services.settings.strength(document);
  const { all } = services.directions;
  const languages = LANGUAGE_IDS.filter((id) => all.some(({ language }) => language === id));
  const concepts = all.filter(({ language, isOwn }) => language === undefined || isOwn);
  const items: ChoiceItem[] = [
    { label: t('auto'), description: t('to the language of the file'), choice: { kind: 'auto', strength } },
    { label: t('off'), description: t('as the model writes by itself'), choice: { kind: 'off' } },
    { label: t('Languages'), kind: vscode.QuickPickItemKind.Separator },
    ...languages.map((language) => ({
      label: LANGUAGES[language].displayName,
      description: surfaces(all.filter((direction) => direction.language === language)),
      choice: { kind: 'language', language, strength } as const,
    })),
    { label: t('Your directions'), kind: vscode.QuickPickItemKind.Separator },
    ...concepts.map((direction) => ({
      label: direction.name,
      description: [direction.label, surfaces([direction])].filter((part) => part !== undefined).join(' · '),
      choice: { kind: 'direction', name: direction.name, strength } as const,
    })),
  ];
  const marked = current ? choiceLabel(current) : undefined;
  const shown = items.map((item) =>
    item.choice && item.label === marked ? { ...item, label: `$(check) ${item.label}` } : item,
  );
  return (await vscode.window.showQuickPick(shown, { title, matchOnDescription: true }))?.choice;
}

async function choose(services: Services, direction?: KnownDirection): Promise<void> {
  const { steering, settings, workedEditor } = services;
  // A panel may have the focus, and steer the text that is worked on.
  const { document } = vscode.window.activeTextEditor ?? workedEditor.current ?? {};
  const current = document ? steering.inForce(document).choice : settings.defaultSteering(undefined);
  const choice: SteeringChoice | undefined = direction
    ? { kind: 'direction', name: direction.name, strength: settings.strength(document) }
    : await pickChoice(services, t('Steer completions to…'), current);
  if (!choice) return;
  const scopes = [
    ...(document
      ? [{ label: t('For this file'), description: vscode.workspace.asRelativePath(document.uri), isFile: true }]
      : []),
    { label: hasWorkspaceSettings() ? t('For the workspace') : t('Everywhere'), isFile: false },
  ];
  const scope = await vscode.window.showQuickPick(scopes, { title: t('Steer to {0}: where?', choiceLabel(choice)) });
  if (!scope) return;
  if (document && scope.isFile) await steering.choose(document, choice);
  else {
    // A choice of the file would go on deciding there.
    if (document) await steering.choose(document, null);
    await steering.chooseDefault(choice);
  }
}

/** Where a direction acts, in words. */
function surfaces(directions: readonly KnownDirection[]): string {
  const found = new Set(directions.flatMap(({ surface, isAnywhere }) => (isAnywhere ? SURFACES : [surface])));
  if (found.has('answer') && found.has('raw')) return t('answers and raw text');
  return found.has('raw') ? t('raw text only') : t('answers');
}
