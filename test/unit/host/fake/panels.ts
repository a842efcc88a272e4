/**
 * The editor's webview panels without a browser: a test is the page. As in the editor, a hidden panel has no page: what
 * is posted to it is lost, and the page that comes when it is shown again is another one.
 */
import { Disposable, EventEmitter } from './events.ts';
import { Uri } from './values.ts';

interface ViewOptions {
  readonly enableScripts?: boolean;
  readonly localResourceRoots?: readonly Uri[];
}

export class FakePanel {
  title: string;
  iconPath: unknown;
  visible = true;
  isDisposed = false;
  reveals = 0;
  /** What reached a page. */
  readonly delivered: unknown[] = [];
  /** Messages that came while no page was there. */
  lost = 0;
  readonly webview;
  private readonly received = new EventEmitter<unknown>();
  private readonly viewState = new EventEmitter<void>();
  private readonly disposed = new EventEmitter<void>();
  private page: ((message: unknown) => void) | undefined;
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposed.event;

  constructor(
    readonly viewType: string,
    title: string,
    /** What cannot be changed later: whether a hidden page lives on. */
    readonly options: { readonly retainContextWhenHidden?: boolean } = {},
  ) {
    this.title = title;
    this.webview = {
      html: '',
      options: {} as ViewOptions,
      cspSource: 'https://files.test',
      asWebviewUri: (uri: Uri) => Uri.parse(`https://files.test${uri.path}`),
      onDidReceiveMessage: this.received.event,
      postMessage: (message: object): Promise<boolean> => this.deliver(message),
    };
    panels.push(this);
  }

  /** How many listen to the panel: none, once it is closed. */
  get listenerCount(): number {
    return this.received.listenerCount + this.viewState.listenerCount + this.disposed.listenerCount;
  }

  /** Makes the test the page: it hears what is posted, and speaks by what is returned. */
  load(page: (message: unknown) => void): (message: unknown) => void {
    this.page = page;
    return (message) => {
      if (this.page === page) this.received.fire(structuredClone(message));
    };
  }

  setVisible(isVisible: boolean): void {
    this.visible = isVisible;
    if (!isVisible) this.page = undefined;
    this.viewState.fire();
  }

  reveal(): void {
    this.reveals++;
    if (!this.visible) this.setVisible(true);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.page = undefined;
    this.disposed.fire();
  }

  private async deliver(message: object): Promise<boolean> {
    const copy: unknown = structuredClone(message);
    const { page } = this;
    if (!page) {
      this.lost++;
      return false;
    }
    this.delivered.push(copy);
    queueMicrotask(() => page(copy));
    return true;
  }
}

/** Every panel that was opened, the newest last. */
export const panels: FakePanel[] = [];

interface Serializer {
  deserializeWebviewPanel(panel: FakePanel, state: unknown): Promise<void>;
}

export const serializers = new Map<string, Serializer>();

export function registerWebviewPanelSerializer(viewType: string, serializer: Serializer): Disposable {
  serializers.set(viewType, serializer);
  return new Disposable(() => serializers.delete(viewType));
}

export function createWebviewPanel(viewType: string, title: string, _column: number, options?: object): FakePanel {
  return new FakePanel(viewType, title, options);
}
