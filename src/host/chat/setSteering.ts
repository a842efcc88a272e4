/** The tool that steers: an open file or the workspace, and never before the user has agreed. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../core/errors.ts';
import { LANGUAGE_IDS, languageNamed } from '../../core/language/languages.ts';
import { choiceLabel, type SteeringChoice } from '../../core/steering/choice.ts';
import * as field from '../../protocol/fields.ts';
import type { Services } from '../services.ts';
import { inCode, markdownOf } from '../shownText.ts';
import { MAX_STRENGTH, hasWorkspaceSettings } from '../steering/steeringState.ts';
import { openDocument } from './openDocument.ts';
import { inputOf, type Tool } from './tool.ts';

const { t } = vscode.l10n;

const STRENGTH = `must be above 0 and at most ${MAX_STRENGTH}; the choice "off" is no steering`;

export interface SteeringInput {
  readonly choice: string;
  readonly strength?: number;
  /** An open file, by its path; absent: the workspace. */
  readonly file?: string;
}

const schema: v.GenericSchema<unknown, SteeringInput> = inputOf({
  choice: field.someText,
  strength: v.exactOptional(v.pipe(field.strength, v.gtValue(0, STRENGTH), v.maxValue(MAX_STRENGTH, STRENGTH))),
  file: v.exactOptional(field.someText),
});

type Parts = Pick<Services, 'directions' | 'settings' | 'steering'>;

export function setSteering(services: Parts): Tool<SteeringInput> {
  const { steering, settings } = services;
  return {
    name: 'steerscope_set_steering',
    schema,
    doing: () => t('Steering completions'),
    confirmation(input) {
      const { choice, document } = meaning(services, input);
      const inForce = document ? steering.inForce(document).choice : settings.defaultSteering(undefined);
      const place = document ? inCode(pathOf(document)) : workspaceInWords();
      return {
        title:
          choice.kind === 'off' ? t('Stop steering completions?') : t('Steer completions to {0}?', choiceLabel(choice)),
        message: markdownOf(t('For {0}: {1} in place of {2}.', place, inWords(choice), inWords(inForce))),
      };
    },
    async run(input) {
      const { choice, document } = meaning(services, input);
      if (document) await steering.choose(document, choice);
      else await steering.chooseDefault(choice);
      return told(choice, document);
    },
  };
}

/** A call, understood: what is to steer, and where. The user is asked about it, and it is done, from the input alone. */
interface Meaning {
  readonly choice: SteeringChoice;
  /** Absent: the workspace. */
  readonly document: vscode.TextDocument | undefined;
}

/** @throws UsageError `not-open`, `unknown-choice`, each with what there is */
function meaning({ directions, settings }: Parts, { choice, strength, file }: SteeringInput): Meaning {
  const document = file === undefined ? undefined : openDocument(file);
  // Where the setting is 0, which is off, whoever asks for a direction wants it all the same.
  const usual = settings.strength(document) || 1;
  return { choice: choiceNamed(directions, choice, strength ?? usual), document };
}

/** Languages go by all their names, and before directions that are called like one. */
function choiceNamed({ all }: Parts['directions'], name: string, strength: number): SteeringChoice {
  if (name === 'off') return { kind: 'off' };
  if (name === 'auto') return { kind: 'auto', strength };
  const language = languageNamed(name)?.id;
  if (language && all.some((direction) => direction.language === language))
    return { kind: 'language', language, strength };
  if (!language && all.some((direction) => direction.name === name)) return { kind: 'direction', name, strength };
  const languages = LANGUAGE_IDS.filter((id) => all.some((direction) => direction.language === id));
  const others = all.map((direction) => direction.name).filter((one) => !languageNamed(one));
  throw new UsageError(
    'unknown-choice',
    `nothing that fits this model steers to ${JSON.stringify(name.slice(0, 80))}`,
    `Choose one of ${['auto', 'off', ...languages, ...others].join(', ')}.`,
  );
}

/** What the model is told that it has done. */
function told(choice: SteeringChoice, document: vscode.TextDocument | undefined): string {
  const how = choice.kind === 'off' ? 'off' : `${choiceLabel(choice)}, strength ${choice.strength}`;
  if (document) return `Steering of completions in ${pathOf(document)}: ${how}.`;
  const where = hasWorkspaceSettings() ? 'the workspace' : 'all files';
  return `Steering of completions in ${where}: ${how}. Files and places with a choice of their own keep it.`;
}

function pathOf({ uri }: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(uri);
}

function workspaceInWords(): string {
  return hasWorkspaceSettings() ? t('the workspace') : t('every file without a choice of its own');
}

/** As the user is asked. */
function inWords(choice: SteeringChoice): string {
  return inCode(
    choice.kind === 'off' ? choiceLabel(choice) : t('{0}, strength {1}', choiceLabel(choice), choice.strength),
  );
}
