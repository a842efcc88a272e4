/**
 * The lenses: at the top of a source file and above each place that asks for code, what it is steered to and what it could
 * be steered to. Drawing them reads the text and the choices and nothing else: no engine, no model, no disk.
 */
import * as vscode from 'vscode';
import { LANGUAGES, type LanguageId } from '../../core/language/languages.ts';
import { findPlaces, isMarkdown } from '../../core/places/findPlaces.ts';
import type { Place } from '../../core/places/place.ts';
import { choiceLabel, type SteeringChoice } from '../../core/steering/choice.ts';
import type { Services } from '../services.ts';
import type { Steered } from '../steering/steeringState.ts';

/** Longer texts get the lens at the top only: a document is looked through at every keystroke. */
const MAX_CHARACTERS = 500_000;

const { t } = vscode.l10n;

export function registerLensProvider({ settings, steering, directions }: Services): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => changed.fire();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const { isEnabled, languages } = settings.codeLens(document);
      if (!isEnabled) return [];
      const known = new Set(directions.all.map(({ language }) => language));
      const offered = languages.filter((language) => known.has(language));
      return shownPlaces(placesOf(document)).flatMap((place) => lensesOf(steering, document, place, offered));
    },
  };
  return vscode.Disposable.from(
    changed,
    steering.onDidChange(fire),
    settings.onDidChange('codeLens', fire),
    vscode.languages.registerCodeLensProvider(
      [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-vfs' }],
      provider,
    ),
  );
}

function placesOf(document: vscode.TextDocument): readonly Place[] {
  const text = document.getText();
  if (text.length > MAX_CHARACTERS) return findPlaces('', document.languageId);
  return findPlaces(text, document.languageId);
}

/** Without the file as a whole where a place stands at its top: two rows of lenses in one line could not be told apart. */
function shownPlaces(places: readonly Place[]): readonly Place[] {
  const isTaken = places.some(({ kind, lensLine }) => kind !== 'file' && lensLine === 0);
  return isTaken ? places.filter(({ kind }) => kind !== 'file') : places;
}

function lensesOf(
  steering: Services['steering'],
  document: vscode.TextDocument,
  place: Place,
  offered: readonly LanguageId[],
): vscode.CodeLens[] {
  const isFile = place.kind === 'file';
  // The place as a whole is the file's choice; the others have their own.
  const steered: Steered = {
    uri: document.uri,
    languageId: document.languageId,
    ...(isFile ? {} : { placeId: place.id }),
  };
  const { choice, scope } = steering.inForce(steered);
  const strength = choice.kind === 'off' ? 1 : choice.strength;
  const range = new vscode.Range(place.lensLine, 0, place.lensLine, 0);
  const lens = (title: string, next: SteeringChoice, tooltip: string): vscode.CodeLens =>
    new vscode.CodeLens(range, {
      title: isInForce(choice, next) ? `$(check) ${title}` : title,
      tooltip,
      command: 'steerscope.steerPlace',
      arguments: [{ uri: document.uri.toString(), ...(isFile ? {} : { placeId: place.id }), choice: next }],
    });
  const where = isFile ? t('this file') : t('this place');
  const languages = offered.map((language) =>
    lens(
      LANGUAGES[language].displayName,
      { kind: 'language', language, strength },
      t('Steer {0} to {1}', where, LANGUAGES[language].displayName),
    ),
  );
  const own = isMarkdown(document.languageId)
    ? []
    : [lens(t('auto'), { kind: 'auto', strength }, t('Steer {0} to the file’s language', where))];
  const off = lens(t('off'), { kind: 'off' }, t('Complete {0} as the model writes by itself', where));
  const inspect = new vscode.CodeLens(range, {
    title: t('inspect'),
    tooltip: t('Complete {0}, and take the completion apart', where),
    command: 'steerscope.inspectPlace',
    arguments: [{ uri: document.uri.toString(), ...(isFile ? {} : { placeId: place.id }) }],
  });
  const compare = new vscode.CodeLens(range, {
    title: t('compare'),
    tooltip: t('Complete {0} unsteered and steered, and compare both token by token', where),
    command: 'steerscope.comparePlace',
    arguments: [{ uri: document.uri.toString(), ...(isFile ? {} : { placeId: place.id }) }],
  });
  // What none of the others marks is said at the head.
  const isMarked =
    choice.kind === 'language' ? offered.includes(choice.language) : choice.kind === 'auto' && own.length > 0;
  const stated = isMarked ? '' : `${choiceLabel(choice)} `;
  const head = new vscode.CodeLens(range, {
    title: choice.kind === 'off' ? t('Steer:') : t('Steer: {0}×{1}', stated, strength),
    tooltip: reach(scope),
    command: 'steerscope.chooseSteering',
  });
  return [head, ...languages, ...own, off, inspect, compare];
}

function isInForce(choice: SteeringChoice, next: SteeringChoice): boolean {
  if (choice.kind !== next.kind) return false;
  return choice.kind !== 'language' || (next.kind === 'language' && choice.language === next.language);
}

function reach(scope: 'place' | 'file' | 'workspace'): string {
  if (scope === 'place') return t('Chosen for this place');
  return scope === 'file' ? t('Chosen for this file') : t('From the settings; nothing is chosen here');
}
