/** The tool that steers: for the file in the editor or for the workspace, and never before the user has agreed. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../core/errors.ts';
import { LANGUAGES, LANGUAGE_IDS, languageNamed } from '../../core/language/languages.ts';
import { choiceLabel, type SteeringChoice } from '../../core/steering/choice.ts';
import * as field from '../../protocol/fields.ts';
import type { Services } from '../services.ts';
import { inCode, markdownOf } from '../shownText.ts';
import { MAX_STRENGTH, hasWorkspaceSettings } from '../steering/steeringState.ts';
import type { Tool } from './tool.ts';

const { t } = vscode.l10n;

const RANGE = `must be above 0 and at most ${MAX_STRENGTH}; the choice "off" is no steering`;

export interface SteeringInput {
  readonly choice: string;
  readonly strength?: number;
  readonly scope?: 'file' | 'workspace';
}

export const steeringSchema: v.GenericSchema<unknown, SteeringInput> = v.strictObject({
  choice: field.someText,
  strength: v.exactOptional(v.pipe(field.strength, v.gtValue(0, RANGE), v.maxValue(MAX_STRENGTH, RANGE))),
  scope: v.exactOptional(v.picklist(['file', 'workspace'], 'must be "file" or "workspace"')),
});

/** A call, understood: what is to steer, and where. */
interface Meant {
  readonly choice: SteeringChoice;
  readonly document: vscode.TextDocument | undefined;
  readonly isFile: boolean;
}

type Parts = Pick<Services, 'directions' | 'settings' | 'steering'>;

export function setSteering(services: Parts): Tool<SteeringInput> {
  return {
    name: 'steerscope_set_steering',
    schema: steeringSchema,
    doing: () => t('Steering completions'),
    confirmation(input) {
      const meant = meaning(services, input);
      const { inForce } = { inForce: currentChoice(services, meant) };
      return {
        title: t('Steer completions to {0}?', choiceLabel(meant.choice)),
        message: markdownOf(
          t('For {0}: {1} in place of {2}.', inCode(placeOf(meant)), described(meant.choice), described(inForce)),
        ),
      };
    },
    async run(input) {
      const meant = meaning(services, input);
      const { choice, document, isFile } = meant;
      const { steering } = services;
      if (document && isFile) await steering.choose(document, choice);
      else {
        // A choice of the file would go on deciding there.
        if (document) await steering.choose(document, null);
        await steering.chooseDefault(choice);
      }
      return `Completions are now steered: ${choiceText(choice)}, for ${placeOf(meant)}.`;
    },
  };
}

/** @throws UsageError `no-editor`, `unknown-choice`, each with what could be asked instead */
function meaning(services: Parts, { choice, strength, scope = 'workspace' }: SteeringInput): Meant {
  const document = vscode.window.activeTextEditor?.document;
  if (scope === 'file' && !document)
    throw new UsageError('no-editor', t('no file is open in an editor'), t('Ask for the scope "workspace".'));
  const chosen = choiceNamed(services, choice, strength ?? services.settings.strength(document));
  return { choice: chosen, document, isFile: scope === 'file' };
}

function choiceNamed({ directions }: Parts, name: string, strength: number): SteeringChoice {
  const { all } = directions;
  if (name === 'off') return { kind: 'off' };
  if (name === 'auto') return { kind: 'auto', strength };
  if (all.some((direction) => direction.name === name) && !languageNamed(name))
    return { kind: 'direction', name, strength };
  const language = languageNamed(name)?.id;
  if (language && all.some((direction) => direction.language === language))
    return { kind: 'language', language, strength };
  const languages = LANGUAGE_IDS.filter((id) => all.some((direction) => direction.language === id));
  throw new UsageError(
    'unknown-choice',
    t('nothing that fits this model steers to “{0}”', name.slice(0, 80)),
    t('Choose one of: {0}.', ['auto', 'off', ...languages, ...all.map((direction) => direction.name)].join(', ')),
  );
}

function currentChoice({ steering, settings }: Parts, { document, isFile }: Meant): SteeringChoice {
  return document && isFile ? steering.inForce(document).choice : settings.defaultSteering(undefined);
}

function placeOf({ document, isFile }: Meant): string {
  if (document && isFile) return vscode.workspace.asRelativePath(document.uri);
  return hasWorkspaceSettings() ? t('the workspace') : t('every file without a choice of its own');
}

function described(choice: SteeringChoice): string {
  return inCode(choiceText(choice));
}

function choiceText(choice: SteeringChoice): string {
  switch (choice.kind) {
    case 'off':
      return t('off');
    case 'auto':
      return t('auto, strength {0}', choice.strength);
    case 'language':
      return t('{0}, strength {1}', LANGUAGES[choice.language].displayName, choice.strength);
    case 'direction':
      return t('the direction {0}, strength {1}', choice.name, choice.strength);
  }
}
