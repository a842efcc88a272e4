/** A completion while it is written: what is known of the layers at its tokens so far, as a reading that grows. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Figures, LayersReading, TopProbabilities } from '../../../core/lens/reading.ts';
import type { WrittenLayers } from '../../../protocol/generateTypes.ts';
import type { LayersSettings } from '../../../protocol/panels/layers.ts';
import type { Writing } from '../../completion/onlooker.ts';
import { readWith, steeringInWords, type Shown } from './shown.ts';

/** Between two pictures of it: four a second are followed well, and each is drawn whole. */
const PAUSE_MS = 250;

export class LiveReading implements vscode.Disposable {
  private readonly base = randomUUID();
  private readonly tokens: WrittenLayers[] = [];
  private current: Shown | undefined;
  private version = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** True where the model writes no more of it. */
  isEnded = false;

  /** @param onChange told when there is more to show, not too often */
  constructor(
    private readonly writing: Writing,
    private readonly settings: LayersSettings,
    private readonly onChange: () => void,
  ) {}

  /** The newest picture of it; undefined before the first token. */
  get shown(): Shown | undefined {
    return this.current;
  }

  /** Whether an id is that of any picture of it: who asks for an older one is given the newest. */
  hasId(id: string): boolean {
    return id.startsWith(this.base);
  }

  add(tokens: readonly WrittenLayers[]): void {
    for (const token of tokens) this.tokens[token.index] = token;
    this.timer ??= setTimeout(() => this.refresh(), PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private refresh(): void {
    this.timer = undefined;
    const { model, plan, uri, position } = this.writing;
    this.current = {
      id: `${this.base}.${++this.version}`,
      source: vscode.l10n.t('the completion at {0}:{1}', path.posix.basename(uri.path), position.line + 1),
      reading: readingOf(this.tokens, model.layers),
      model: model.name,
      precision: model.precision,
      heads: model.heads,
      steering: steeringInWords(plan.options.steer),
      at: new Date().toISOString(),
      read: readWith(this.settings),
      isWriting: true,
    };
    this.onChange();
  }
}

/** @param tokens in the order of the answer */
function readingOf(tokens: readonly WrittenLayers[], layers: number): LayersReading {
  const unread = new Array<null>(layers).fill(null);
  const noTop = new Array<TopProbabilities>(layers).fill([]);
  const lens = (name: 'entropy' | 'divergence' | 'confidence'): Figures =>
    tokens.flatMap((token) => token.lens?.[name] ?? unread);
  return {
    ids: tokens.map(({ id }) => id),
    first: 0,
    layers,
    pieces: Object.assign({}, ...tokens.map(({ pieces, lens: read }) => ({ ...pieces, ...read?.pieces }))),
    measures: {
      norm: tokens.flatMap(({ norm }) => norm),
      change: tokens.flatMap(({ change }) => change),
      entropy: lens('entropy'),
      divergence: lens('divergence'),
      confidence: lens('confidence'),
    },
    top: tokens.flatMap(({ lens: read }) => read?.top ?? noTop),
    massive: [],
  };
}
