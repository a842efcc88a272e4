/** Every command that has no part of its own, by what it is about. */
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { artefactCommands } from './artefacts.ts';
import { engineCommands } from './engine.ts';
import { fitCommands } from './fit.ts';
import { menuCommands } from './menu.ts';
import { modelCommands } from './models.ts';
import { registerGroup, type Commands } from './register.ts';
import { reportCommands } from './report.ts';
import { steeringCommands } from './steering.ts';

const GROUPS: readonly ((services: Services) => Commands)[] = [
  modelCommands,
  engineCommands,
  steeringCommands,
  fitCommands,
  artefactCommands,
  reportCommands,
  menuCommands,
];

export function registerCommands(services: Services): vscode.Disposable {
  return vscode.Disposable.from(...GROUPS.map((group) => registerGroup(services, group(services))));
}
