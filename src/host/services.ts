/** What every part of the extension is given. Made once, in `extension.ts`; nothing here is global. */
import type * as vscode from 'vscode';
import type { WorkedEditor } from './activeEditor.ts';
import type { CompletionState } from './completion/completionState.ts';
import type { DirectionCatalogue } from './directions/catalogue.ts';
import type { EngineHost } from './engine/engineHost.ts';
import type { RunStore } from './runs/runStore.ts';
import type { Settings } from './settings.ts';
import type { SteeringState } from './steering/steeringState.ts';
import type { Tasks } from './tasks/tasks.ts';

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly settings: Settings;
  readonly engine: EngineHost;
  readonly directions: DirectionCatalogue;
  readonly steering: SteeringState;
  readonly completionState: CompletionState;
  readonly runs: RunStore;
  readonly tasks: Tasks;
  readonly workedEditor: WorkedEditor;
}
