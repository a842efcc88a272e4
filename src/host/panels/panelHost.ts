/**
 * The host's end of any panel: one tab of each kind, its page under a policy that lets in nothing but our own script, the
 * messages of each page that the tab has had, and the tab's return after the window was reloaded. It knows no panel: what
 * one shows and does is a {@link PanelModel}, which is there before its tab and stays when that is closed.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { PageChannels } from '../../protocol/panels/pageChannel.ts';
import type { PanelId } from '../../protocol/panels/panel.ts';
import { serve } from '../../protocol/rpc.ts';
import type { ParamsSchemas, ServiceShape } from '../../protocol/rpc.ts';
import { logError } from '../messages.ts';
import type { Services } from '../services.ts';
import { framed } from '../../protocol/panels/frame.ts';
import { frameVerbs } from './frameVerbs.ts';
import { panelHtml } from './panelHtml.ts';

/** There is no tab, another tab is before it, or it is on the screen. */
export type PanelPlace = 'closed' | 'hidden' | 'shown';

/** What a panel shows and does, whether or not it is on the screen. */
export interface PanelModel<Service> extends vscode.Disposable {
  /** What a page may ask for; nothing else that it sends has any effect. */
  readonly service: Service;
  /** Told where the tab is. Work that goes on without one must be seen elsewhere. */
  setPlace(place: PanelPlace): void;
  /** Takes up what a page had kept. It comes from outside of the program: what is not what it should be is ignored. */
  restore(state: unknown): void;
}

export interface PanelKind<Service> {
  readonly id: PanelId;
  /** In the user's language. */
  readonly title: string;
  readonly schemas: ParamsSchemas<Service>;
  readonly model: PanelModel<Service>;
}

/** The tab, while there is one. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly end: () => void;
}

export class PanelHost<Service extends ServiceShape<Service>> implements vscode.Disposable {
  private open: OpenPanel | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly services: Pick<Services, 'context' | 'log'>,
    private readonly kind: PanelKind<Service>,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(this.viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        if (this.open) return panel.dispose();
        this.kind.model.restore(state);
        this.adopt(panel);
      },
    });
  }

  /** Brings the panel before the user: the one there is, or a new one. */
  show(): void {
    if (this.open) return this.open.panel.reveal();
    this.adopt(vscode.window.createWebviewPanel(this.viewType, this.kind.title, vscode.ViewColumn.Active));
  }

  /** Ends the page's connection. The tab itself stays: after a reload of the window it is taken up again. */
  dispose(): void {
    this.serializer.dispose();
    this.open?.end();
    this.kind.model.dispose();
  }

  private get viewType(): string {
    return `steerscope.${this.kind.id}`;
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { id, title, model } = this.kind;
    const { webview } = panel;
    const channels = this.channelsOf(webview);
    const end = (): void => {
      this.open = undefined;
      listeners.dispose();
      channels.close();
      model.setPlace('closed');
    };
    const listeners = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: unknown) => channels.receive(message)),
      panel.onDidChangeViewState(() => model.setPlace(placeOf(panel))),
      panel.onDidDispose(end),
    );
    this.open = { panel, end };
    panel.title = title;
    panel.iconPath = {
      light: this.file('media', 'panels', `${id}-light.svg`),
      dark: this.file('media', 'panels', `${id}-dark.svg`),
    };
    model.setPlace(placeOf(panel));
    webview.options = { enableScripts: true, localResourceRoots: [this.file('dist', 'webview')] };
    webview.html = this.pageOf(webview);
  }

  private channelsOf(webview: vscode.Webview): PageChannels {
    const { id, schemas, model } = this.kind;
    const { log } = this.services;
    const onInternalError = (error: unknown, method: string): void => logError(log, error, `${id}.${method}`);
    return new PageChannels(
      // What cannot be delivered was for a page that has gone; the next one asks anew.
      (message) => void webview.postMessage(message).then(undefined, (error) => log.debug(`${id}: ${String(error)}`)),
      (channel) => void serve(channel, { ...model.service, ...frameVerbs }, framed(schemas), { onInternalError }),
    );
  }

  private pageOf(webview: vscode.Webview): string {
    const uriOf = (name: string): string => webview.asWebviewUri(this.file('dist', 'webview', name)).toString();
    return panelHtml({
      id: this.kind.id,
      cspSource: webview.cspSource,
      scriptUri: uriOf('panels.js'),
      styleUri: uriOf('panels.css'),
      nonce: randomBytes(16).toString('base64'),
      language: vscode.env.language,
    });
  }

  private file(...parts: readonly string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.services.context.extensionUri, ...parts);
  }
}

function placeOf({ visible }: vscode.WebviewPanel): PanelPlace {
  return visible ? 'shown' : 'hidden';
}
