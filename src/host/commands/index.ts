/** Every command, by the part that has it. A command that fails says so; one that was cancelled says nothing. */
import * as vscode from 'vscode';
import { showError } from '../messages.ts';
import type { Services } from '../services.ts';
import { artefactCommands } from './artefacts.ts';
import { engineCommands } from './engine.ts';
import { fitCommands } from './fit.ts';
import { menuCommands } from './menu.ts';
import { modelCommands } from './models.ts';
import { reportCommands } from './report.ts';
import { steeringCommands } from './steering.ts';

/** The commands of one part, by their ids without `steerscope.`. */
export type Commands = Readonly<Record<string, (...args: never[]) => unknown>>;

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

/** Registers commands so that their errors are told. */
export function registerGroup(services: Services, commands: Commands): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(`steerscope.${id}`, async (...args: unknown[]) => {
      try {
        return await Reflect.apply(run, undefined, args);
      } catch (error) {
        void showError(services, error, id);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
