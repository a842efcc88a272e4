/** Completions of documents: the choice in force, the model that is open, and the completer, put together. */
import type * as vscode from 'vscode';
import { steeredPlace, type CompletionPlan, type CursorText } from '../../core/completion/plan.ts';
import type { SteeringChoice } from '../../core/steering/choice.ts';
import { chooseSteering, type ChosenSteering } from '../../core/steering/choice.ts';
import type { EngineClient } from '../engine/engineHost.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import type { Services } from '../services.ts';
import { Completer, type CompletingEngine, type Completion } from './completer.ts';
import { steeredAt } from './cursor.ts';

export interface DocumentRequest {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly cursor: CursorText;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** In place of the choice in force: what something is compared with. */
  readonly choice?: SteeringChoice;
  /** Goes on beside what is typed: it ends nothing, and is ended by its own signal alone. */
  readonly isAside?: boolean;
}

export class Completions implements vscode.Disposable {
  private readonly completer = new Completer();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly services: Pick<Services, 'engine' | 'steering' | 'directions' | 'completionState'>) {
    // A direction may have been fitted again under its name.
    this.subscription = services.directions.onDidChange(() => this.completer.forget());
  }

  /** The choice that is in force at a place. */
  choiceAt(document: vscode.TextDocument, cursor: CursorText): SteeringChoice {
    return this.services.steering.inForce(steeredAt(document, cursor)).choice;
  }

  /** What a choice comes to at a place. */
  steering(choice: SteeringChoice, cursor: CursorText): ChosenSteering {
    return chooseSteering(choice, steeredPlace(cursor), this.services.directions.all);
  }

  /** @throws CancelledError; ModelError where there is no model; what the engine throws */
  async complete(request: DocumentRequest): Promise<Completion | undefined> {
    const { engine, completionState } = this.services;
    const { document, position, cursor, signal } = request;
    const choice = request.choice ?? this.choiceAt(document, cursor);
    return completionState.during(() =>
      engine.use(
        async (client, model) => {
          const onlooker = (plan: CompletionPlan) =>
            completionState.onlooker?.({ uri: document.uri, position, plan, model });
          const asked = { ...request, steering: this.steering(choice, cursor), onlooker };
          const completion = await this.completer.complete(completing(client, model), asked);
          if (completion?.suggestion) completionState.offered({ uri: document.uri, position, choice, completion });
          return completion;
        },
        { signal },
      ),
    );
  }

  /** What is known already for a request, without running anything. */
  cached(request: Omit<DocumentRequest, 'signal' | 'position'>): Completion | undefined {
    const { summary } = this.services.engine.state;
    const { cursor, maxTokens, document } = request;
    const steering = this.steering(request.choice ?? this.choiceAt(document, cursor), cursor);
    return summary && this.completer.cached(summary, { cursor, maxTokens, steering });
  }

  cancel(): void {
    this.completer.cancel();
  }

  dispose(): void {
    this.completer.cancel();
    this.subscription.dispose();
  }
}

function completing(client: EngineClient, model: ModelSummary): CompletingEngine {
  return { model, generate: (params, options) => client.generate(params, options) };
}
