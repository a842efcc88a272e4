/** How commands are registered: by their ids without `steerscope.`, and so that an error is told and a cancellation is not. */
import * as vscode from 'vscode';
import { showError } from '../messages.ts';
import type { Services } from '../services.ts';

/** The commands of one part, by their ids without `steerscope.`. */
export type Commands = Readonly<Record<string, (...args: never[]) => unknown>>;

export function registerGroup(services: Pick<Services, 'log'>, commands: Commands): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(`steerscope.${id}`, async (...args: unknown[]) => {
      try {
        return await Reflect.apply(run, undefined, args);
      } catch (error) {
        void showError(services, error, id);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
