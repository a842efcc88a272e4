/**
 * What is chosen to steer by: for a place, for a file, else by the settings. Choices of places and files are the
 * workspace's and survive a restart; a place is known by what it asks, so its choice stays with it when lines move.
 */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { LANGUAGE_IDS } from '../../core/language/languages.ts';
import {
  chooseSteering,
  type ChosenSteering,
  type SteeredPlace,
  type SteeringChoice,
} from '../../core/steering/choice.ts';
import * as field from '../../protocol/fields.ts';
import type { DirectionCatalogue } from '../directions/catalogue.ts';
import type { Settings } from '../settings.ts';

/** How far a choice reaches. */
export type ChoiceScope = 'place' | 'file' | 'workspace';

/** A document, and the place in it that is meant (absent: the file as a whole). */
export interface Steered {
  readonly uri: vscode.Uri;
  readonly languageId: string;
  readonly placeId?: string;
}

const KEY = 'steering.choices';
/** The oldest choices go when there are more: a workspace is used for years. */
const MAX_CHOICES = 1000;
export const MAX_STRENGTH = 8;
const STRENGTH_STEP = 0.25;

const strength = v.pipe(field.strength, v.minValue(0), v.maxValue(MAX_STRENGTH));
const choiceSchema: v.GenericSchema<unknown, SteeringChoice> = v.variant('kind', [
  v.object({ kind: v.literal('off') }),
  v.object({ kind: v.literal('auto'), strength }),
  v.object({ kind: v.literal('language'), language: v.picklist(LANGUAGE_IDS), strength }),
  v.object({ kind: v.literal('direction'), name: field.someText, strength }),
]);
const choicesSchema = v.array(v.tuple([v.string(), choiceSchema]));

export class SteeringState implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly choices: Map<string, SteeringChoice>;
  private readonly subscriptions: readonly vscode.Disposable[];

  /** Fires when the choice in force may have changed anywhere. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly settings: Settings,
    private readonly directions: DirectionCatalogue,
  ) {
    const kept = v.safeParse(choicesSchema, memory.get(KEY));
    this.choices = new Map(kept.success ? kept.output : []);
    const fire = (): void => this.changed.fire();
    this.subscriptions = [settings.onDidChange('steering', fire), directions.onDidChange(fire)];
  }

  /** The choice in force, and how far the one that decided reaches. */
  inForce(steered: Steered): { readonly choice: SteeringChoice; readonly scope: ChoiceScope } {
    const ofPlace = steered.placeId === undefined ? undefined : this.choices.get(placeKey(steered));
    if (ofPlace) return { choice: ofPlace, scope: 'place' };
    const ofFile = this.choices.get(steered.uri.toString());
    if (ofFile) return { choice: ofFile, scope: 'file' };
    return { choice: this.settings.defaultSteering(steered), scope: 'workspace' };
  }

  /** What a request at that place is steered by. */
  resolve(steered: Steered, place: SteeredPlace): ChosenSteering {
    return chooseSteering(this.inForce(steered).choice, place, this.directions.all);
  }

  /** Chooses for a place or a file; null takes the choice away again, so that the wider one is in force. */
  async choose(steered: Steered, choice: SteeringChoice | null): Promise<void> {
    const key = steered.placeId === undefined ? steered.uri.toString() : placeKey(steered);
    this.choices.delete(key);
    if (choice) this.choices.set(key, choice);
    for (const oldest of this.choices.keys()) {
      if (this.choices.size <= MAX_CHOICES) break;
      this.choices.delete(oldest);
    }
    this.changed.fire();
    await this.memory.update(KEY, [...this.choices]);
  }

  /** Chooses for the workspace; for the user, where no folder is open or its settings are not listened to. */
  async chooseDefault(choice: SteeringChoice): Promise<void> {
    const { Workspace, Global } = vscode.ConfigurationTarget;
    const target = hasWorkspaceSettings() ? Workspace : Global;
    await this.settings.write('steering.default', settingOf(choice), target);
    if (choice.kind !== 'off') await this.settings.write('steering.strength', choice.strength, target);
  }

  /** A direction that is gone steers nothing any more: what was chosen before, or is chosen wider, is in force again. */
  async forget(name: string): Promise<void> {
    for (const [key, choice] of this.choices)
      if (choice.kind === 'direction' && choice.name === name) this.choices.delete(key);
    this.changed.fire();
    await this.memory.update(KEY, [...this.choices]);
    await this.settings.unset('steering.default', name);
  }

  /** Makes the choice in force stronger or weaker by so many steps, where it was made. Undefined where nothing steers. */
  async changeStrength(steered: Steered, steps: number): Promise<number | undefined> {
    const { choice, scope } = this.inForce(steered);
    if (choice.kind === 'off') return undefined;
    const next = Math.min(MAX_STRENGTH, Math.max(STRENGTH_STEP, choice.strength + steps * STRENGTH_STEP));
    const changed = { ...choice, strength: next };
    if (scope === 'workspace') await this.chooseDefault(changed);
    else await this.choose(scope === 'file' ? { uri: steered.uri, languageId: steered.languageId } : steered, changed);
    return next;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

/** False where no folder is open, and in a restricted workspace, whose settings may not choose what steers. */
export function hasWorkspaceSettings(): boolean {
  return vscode.workspace.workspaceFolders !== undefined && vscode.workspace.isTrusted;
}

function placeKey({ uri, placeId }: Steered): string {
  return `${uri.toString()}#${placeId}`;
}

/** As `steerscope.steering.default` spells a choice. */
function settingOf(choice: SteeringChoice): string {
  if (choice.kind === 'language') return choice.language;
  return choice.kind === 'direction' ? choice.name : choice.kind;
}
