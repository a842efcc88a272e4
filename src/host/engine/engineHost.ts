/**
 * The host's hold on the engine: one child process, started when it is first needed and again after a crash, with the
 * chosen model open in it. Whoever wants the model says `use`; nobody else starts, opens or restarts anything. It shows
 * nothing to the user: others listen to its state.
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { SteerscopeError, ModelError, throwIfCancelled } from '../../core/errors.ts';
import { findModel } from '../../core/models/catalogue.ts';
import { startEngine, type EngineHandle } from '../../client/engineClient.ts';
import { createSupervisor, type Supervisor, type SupervisorState } from '../../client/supervisor.ts';
import { homeFolders } from '../../files/paths.ts';
import { engineSchemas } from '../../protocol/engineSchemas.ts';
import type { EngineService, ModelSummary, Progress } from '../../protocol/engineService.ts';
import type { Client } from '../../protocol/rpc.ts';
import type { LogLevel } from '../../protocol/rpcMessages.ts';
import type { ModelSettings, Settings } from '../settings.ts';

export type EngineClient = Client<EngineService>;

/** What the status bar shows of the engine. */
export interface EngineState {
  readonly engine: SupervisorState;
  /** `missing`: the chosen model is not on this machine; `fetching`: not yet; `closed`: it is, and opens when it is used. */
  readonly model: 'missing' | 'fetching' | 'closed' | 'opening' | 'ready' | 'failed';
  /** Of the open model, while it is `ready`. */
  readonly summary?: ModelSummary;
  /** Why the model could not be opened, while it is `failed`. */
  readonly error?: SteerscopeError;
}

/** True where the chosen model is on this machine and, as far as is known, can be opened. */
export function isUsable({ model }: EngineState): boolean {
  return model === 'closed' || model === 'opening' || model === 'ready';
}

export interface UseOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** That the model could not be opened: so it is not tried again at every key that is typed. */
interface Failure {
  readonly settings: ModelSettings;
  readonly error: SteerscopeError;
}

interface OpenedIn {
  readonly handle: EngineHandle<EngineService>;
  readonly settings: ModelSettings;
  readonly summary: ModelSummary;
}

export class EngineHost implements vscode.Disposable {
  private readonly supervisor: Supervisor<EngineService>;
  private readonly changed = new vscode.EventEmitter<EngineState>();
  private current: EngineState = { engine: 'idle', model: 'missing' };
  private opened: OpenedIn | undefined;
  private opening: Promise<OpenedIn> | undefined;
  private failure: Failure | undefined;

  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly settings: Settings,
    private readonly log: vscode.LogOutputChannel,
    enginePath: string,
    execArgv: readonly string[] = ['--enable-source-maps'],
  ) {
    this.supervisor = createSupervisor<EngineService>({
      start: (signal) =>
        startEngine<EngineService>({
          modulePath: enginePath,
          schemas: engineSchemas,
          execArgv,
          // The editor's own program is Electron: this makes it run the child as Node.
          env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' },
          signal,
          onLog: (level, text) => this.forward(level, text),
        }),
      onState: (engine) => this.enter(engine === 'running' ? { engine } : this.withoutEngine(engine)),
    });
  }

  get state(): EngineState {
    return this.current;
  }

  /** The process of the engine, where there is one; 0 otherwise. For figures and tests. */
  get pid(): number {
    return this.opened?.handle.pid ?? 0;
  }

  /**
   * Runs `work` with the chosen model open. Opens only what is on this machine; what could not be opened is tried again
   * after `reopen` or `restart`, or once the settings have changed.
   * @throws ModelError `model-missing` where it is not, and what opening or `work` throws
   */
  async use<T>(work: (engine: EngineClient, model: ModelSummary) => Promise<T>, options: UseOptions = {}): Promise<T> {
    const { handle, summary } = await this.open(options);
    throwIfCancelled(options.signal);
    return work(handle.client, summary);
  }

  /** Runs `work` with an engine that need not have a model open: enough for the store of artefacts and for judging. */
  async withEngine<T>(work: (engine: EngineClient) => Promise<T>): Promise<T> {
    return work((await this.supervisor.engine()).client);
  }

  /** Fetches the chosen model where it is missing, and opens it: the one action that uses the network. */
  async get(options: UseOptions): Promise<ModelSummary> {
    return (await this.open(options, true)).summary;
  }

  /** True where the chosen model is a file on this machine. Starts nothing. */
  async isModelHere(): Promise<boolean> {
    const { model, home } = this.settings.model;
    const entry = findModel(model);
    const file = entry ? path.join(homeFolders(home).models, entry.fileName) : path.resolve(model);
    try {
      await access(file);
      return true;
    } catch {
      return false;
    }
  }

  /** Looks again whether there is a model: after one was removed or fetched. */
  async refresh(): Promise<void> {
    const isHere = await this.isModelHere();
    if (this.opening) return;
    if (!isHere) this.enter({ model: 'missing' });
    else if (this.current.model === 'missing') this.enter({ model: 'closed' });
  }

  /** Lets go of what the settings do not name any more, and forgets that it failed; the next use opens it. */
  async reopen(): Promise<void> {
    this.failure = undefined;
    const model = await this.restingState();
    // What is being opened says what came of it by itself; what is open may have been opened by the settings of now.
    if (this.opening || this.isOpen()) return;
    this.opened = undefined;
    this.enter({ model });
  }

  /** Ends the engine and forgets its crashes; the next use starts another. */
  async restart(): Promise<void> {
    const running =
      this.supervisor.state === 'running' ? await this.supervisor.engine().catch(() => undefined) : undefined;
    this.supervisor.reset();
    await running?.dispose();
    if (this.opened?.handle === running) this.opened = undefined;
    await this.reopen();
  }

  dispose(): void {
    this.changed.dispose();
    void this.supervisor.stop();
  }

  /** Resolves when the engine's process is gone. */
  async stop(): Promise<void> {
    await this.supervisor.stop();
  }

  private async open(options: UseOptions, get = false): Promise<OpenedIn> {
    throwIfCancelled(options.signal);
    // While another model opens, the one that is open is about to go: it is nobody's any more, also where it is wanted again.
    if (this.opening) {
      await this.opening.catch(() => undefined);
      return this.open(options, get);
    }
    const wanted = this.settings.model;
    if (this.opened && sameSettings(this.opened.settings, wanted)) return this.opened;
    if (!get && this.failure && sameSettings(this.failure.settings, wanted)) throw this.failure.error;
    const isHere = await this.isModelHere();
    // Another call may have begun to open it meanwhile.
    if (this.opening || this.isOpen()) return this.open(options, get);
    if (!get && !isHere) {
      this.enter({ model: 'missing' });
      throw missingModel(wanted.model);
    }
    this.enter({ model: isHere ? 'opening' : 'fetching' });
    const opening = this.openNow(wanted, options, get).finally(() => (this.opening = undefined));
    this.opening = opening;
    return opening;
  }

  private async openNow(wanted: ModelSettings, { signal, onProgress }: UseOptions, get: boolean): Promise<OpenedIn> {
    try {
      const handle = await this.supervisor.engine();
      const summary = await handle.client.open({ ...wanted, get }, { signal, onEvent: onProgress });
      const opened = { handle, settings: wanted, summary };
      this.opened = opened;
      this.failure = undefined;
      this.enter(this.isOpen() ? { model: 'ready', summary } : { model: await this.restingState() });
      return opened;
    } catch (error) {
      const model = await this.restingState();
      // An engine that died, and a user who thought better of it, say nothing of the model.
      const isOfModel = error instanceof SteerscopeError && !['cancelled', 'engine'].includes(error.kind);
      if (isOfModel && model === 'closed' && sameSettings(wanted, this.settings.model)) {
        this.failure = { settings: wanted, error };
        this.enter({ model: 'failed', error });
      } else this.enter({ model });
      throw error;
    }
  }

  private isOpen(): boolean {
    return this.opened !== undefined && sameSettings(this.opened.settings, this.settings.model);
  }

  /** What is to be said of the chosen model while it is not open. */
  private async restingState(): Promise<'closed' | 'missing'> {
    return (await this.isModelHere()) ? 'closed' : 'missing';
  }

  private withoutEngine(engine: SupervisorState): Partial<EngineState> {
    this.opened = undefined;
    return this.current.model === 'ready' ? { engine, model: 'closed' } : { engine };
  }

  private enter(change: Partial<EngineState>): void {
    const { engine, model, summary, error } = { ...this.current, ...change };
    this.current = {
      engine,
      model,
      ...(model === 'ready' && summary ? { summary } : {}),
      ...(model === 'failed' && error ? { error } : {}),
    };
    this.changed.fire(this.current);
  }

  private forward(level: LogLevel, text: string): void {
    if (level === 'error') this.log.error(text);
    else if (level === 'warning') this.log.warn(text);
    else if (level === 'info') this.log.info(text);
    else this.log.debug(text);
  }
}

function sameSettings(a: ModelSettings, b: ModelSettings): boolean {
  return a.model === b.model && a.precision === b.precision && a.threads === b.threads && a.home === b.home;
}

function missingModel(name: string): ModelError {
  return findModel(name)
    ? new ModelError(
        'model-missing',
        vscode.l10n.t('the model {0} is not on this machine yet', name),
        vscode.l10n.t('Get it: “Steerscope: Get the Default Model”.'),
      )
    : new ModelError(
        'model-missing',
        vscode.l10n.t('there is no model at {0}', name),
        vscode.l10n.t('Choose another: “Steerscope: Select Model…”.'),
      );
}
