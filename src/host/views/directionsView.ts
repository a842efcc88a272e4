/**
 * The tree of directions: those that fit the chosen model, by language, and those of other models, which steer nothing here
 * and can be looked at, exported and removed.
 */
import * as vscode from 'vscode';
import { layerRanges, percent, shareWithInterval } from '../../core/charts/format.ts';
import { LANGUAGES, LANGUAGE_IDS, languageNamed, type LanguageId } from '../../core/language/languages.ts';
import type { SteeringChoice, Surface } from '../../core/steering/choice.ts';
import type { KnownDirection } from '../directions/catalogue.ts';
import { fitFigures } from '../directions/fitFigures.ts';
import { isUsable } from '../engine/engineHost.ts';
import type { Services } from '../services.ts';
import { Tree } from './tree.ts';
import { described, oneLine, tooltip, type Detail } from '../shownText.ts';

const { t } = vscode.l10n;

export type DirectionNode =
  | { readonly kind: 'language'; readonly language: LanguageId }
  /** Directions to no language. */
  | { readonly kind: 'concepts' }
  /** Directions of other models. */
  | { readonly kind: 'unfit' }
  | { readonly kind: 'direction'; readonly direction: KnownDirection; readonly isFit: boolean };

/** What is of another model is written in grey: by a decoration, the one way there is to colour a row's text. */
const UNFIT_SCHEME = 'steerscope-unfit';

export class DirectionsView extends Tree<DirectionNode> {
  constructor(private readonly services: Pick<Services, 'engine' | 'directions' | 'steering' | 'settings'>) {
    super();
    const { engine, steering } = services;
    // What is steered by changes with the directions too.
    this.follow(engine.onDidChangeState, steering.onDidChange, vscode.window.onDidChangeActiveTextEditor);
    const decorations: vscode.FileDecorationProvider = {
      provideFileDecoration: ({ scheme }) =>
        scheme === UNFIT_SCHEME ? { color: new vscode.ThemeColor('disabledForeground') } : undefined,
    };
    this.own(vscode.window.registerFileDecorationProvider(decorations));
  }

  override get message(): string | undefined {
    const { engine, directions } = this.services;
    const isBarren = isUsable(engine.state) && directions.all.length === 0 && directions.unfit.length > 0;
    return isBarren ? t('No direction fits this model yet: fit one of your own.') : undefined;
  }

  getChildren(node?: DirectionNode): DirectionNode[] {
    const { engine, directions } = this.services;
    const { all, unfit } = directions;
    switch (node?.kind) {
      case undefined: {
        // Without a model nothing can be steered: the view says so.
        if (!isUsable(engine.state)) return [];
        const languages = LANGUAGE_IDS.filter((id) => all.some(({ language }) => language === id));
        return [
          ...languages.map((language) => ({ kind: 'language', language }) as const),
          ...(all.some(({ language }) => language === undefined) ? [{ kind: 'concepts' } as const] : []),
          ...(unfit.length > 0 ? [{ kind: 'unfit' } as const] : []),
        ];
      }
      case 'language':
        return nodes(
          all.filter(({ language }) => language === node.language),
          true,
        );
      case 'concepts':
        return nodes(
          all.filter(({ language }) => language === undefined),
          true,
        );
      case 'unfit':
        return nodes(unfit, false);
      case 'direction':
        return [];
    }
  }

  getTreeItem(node: DirectionNode): vscode.TreeItem {
    switch (node.kind) {
      case 'language':
        return groupItem(node.kind + node.language, LANGUAGES[node.language].displayName, 'symbol-namespace');
      case 'concepts':
        return groupItem(node.kind, t('Other concepts'), 'lightbulb');
      case 'unfit':
        return groupItem(node.kind, t('Of other models'), 'circle-slash', vscode.TreeItemCollapsibleState.Collapsed);
      case 'direction':
        return node.isFit ? this.fitItem(node) : unfitItem(node);
    }
  }

  private fitItem(node: DirectionNode & { readonly kind: 'direction' }): vscode.TreeItem {
    const { direction } = node;
    const isInForce = steersBy(direction, this.choice(), vscode.window.activeTextEditor?.document.languageId);
    const item = directionItem(node, isInForce ? t('in force') : '');
    item.iconPath = new vscode.ThemeIcon(isInForce ? 'compass-active' : direction.isOwn ? 'account' : 'package');
    item.command = { command: 'steerscope.chooseSteering', title: t('Steer by It'), arguments: [node] };
    return item;
  }

  private choice(): SteeringChoice {
    const { steering, settings } = this.services;
    const document = vscode.window.activeTextEditor?.document;
    return document ? steering.inForce(document).choice : settings.defaultSteering(undefined);
  }
}

/** True where the choice leads to this direction, on its surface. */
function steersBy(
  { name, language }: KnownDirection,
  choice: SteeringChoice,
  editorLanguage: string | undefined,
): boolean {
  switch (choice.kind) {
    case 'off':
      return false;
    case 'direction':
      return name === choice.name;
    case 'language':
      return language === choice.language;
    case 'auto':
      return language !== undefined && language === languageNamed(editorLanguage ?? '')?.id;
  }
}

function nodes(directions: readonly KnownDirection[], isFit: boolean): DirectionNode[] {
  return directions.map((direction) => ({ kind: 'direction', direction, isFit }));
}

function groupItem(
  id: string,
  label: string,
  icon: string,
  state = vscode.TreeItemCollapsibleState.Expanded,
): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.id = `group:${id}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: t('Directions: {0}', label), role: 'treeitem' };
  return item;
}

/** A direction of another model: shown when it is clicked, since it can steer nothing here. */
function unfitItem(node: DirectionNode & { readonly kind: 'direction' }): vscode.TreeItem {
  const model = oneLine(node.direction.manifest.model.name);
  const item = directionItem(node, t('of {0}', model));
  item.resourceUri = vscode.Uri.from({ scheme: UNFIT_SCHEME, path: `/${node.direction.name}` });
  item.iconPath = new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground'));
  item.command = { command: 'steerscope.showArtefact', title: t('Show'), arguments: [node] };
  return item;
}

function directionItem(
  { direction, isFit }: DirectionNode & { readonly kind: 'direction' },
  mark: string,
): vscode.TreeItem {
  const { name, isOwn, manifest, surface } = direction;
  const figures = fitFigures(manifest);
  const origin = isOwn ? t('yours') : t('ships with Steerscope');
  const item = new vscode.TreeItem(name);
  item.id = `direction:${isOwn ? 'own' : 'shipped'}:${name}`;
  item.description = described(mark, surfaceWords(surface), figures && percent(figures.onTarget[0]), origin);
  item.tooltip = tooltip(name, detailsOf(direction), sentenceOf(direction, isFit));
  item.contextValue = `${isFit ? '' : 'unfit.'}direction${isOwn ? '.own' : ''}`;
  item.accessibilityInformation = { label: `${name}, ${item.description.replaceAll(' · ', ', ')}`, role: 'treeitem' };
  return item;
}

function detailsOf({ manifest, isOwn, surface }: KnownDirection): Detail[] {
  const { target, source, layers, strength, model, createdAt } = manifest;
  const figures = fitFigures(manifest);
  const measured = figures && t('{0} of {1} answers', shareWithInterval(figures.onTarget), figures.n);
  return [
    ...(target === undefined ? [] : [[t('Leads to'), target] as const]),
    ...(source === undefined ? [] : [[t('Away from'), source] as const]),
    [t('Acts on'), surfaceWords(surface)],
    [t('Layers'), layerRanges(layers)],
    [t('Strength'), String(strength)],
    ...(measured === undefined ? [] : [[t('In the language, when it was fitted'), measured] as const]),
    ...(figures ? [[t('And valid'), shareWithInterval(figures.valid)] as const] : []),
    [t('Model'), model.name],
    [t('Made'), createdAt.slice(0, 10)],
    [t('Origin'), isOwn ? t('yours') : t('ships with Steerscope')],
  ];
}

function sentenceOf({ surface }: KnownDirection, isFit: boolean): string {
  if (!isFit) return t('It was fitted on another model, and means nothing to this one.');
  return surface === 'raw'
    ? t('It acts where text is continued as it is, and not on answers.')
    : t('It acts on answers to an instruction, and not where text is continued as it is.');
}

function surfaceWords(surface: Surface): string {
  return surface === 'raw' ? t('raw text') : t('answers');
}
