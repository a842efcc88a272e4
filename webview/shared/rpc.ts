/** The page's line to the host: typed calls over the editor's messages. The one file that knows the editor's page API. */
import { framed, type FrameService } from '../../src/protocol/panels/frame.ts';
import { createClient } from '../../src/protocol/rpc.ts';
import type { Client, ParamsSchemas, ServiceShape } from '../../src/protocol/rpc.ts';
import { channelToHost } from '../../src/protocol/panels/pageChannel.ts';

/** What the editor puts into every page. */
interface EditorPage {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorPage;

export interface Host<S> {
  readonly client: Client<S & FrameService>;
  /** What the host is given again when the window was reloaded. */
  keep(state: unknown): void;
}

/** May be called once a page: the editor gives out its end only once. */
export function connect<S extends ServiceShape<S>>(schemas: ParamsSchemas<S>): Host<S> {
  const editor = acquireVsCodeApi();
  const channel = channelToHost(
    crypto.randomUUID(),
    (message) => editor.postMessage(message),
    (receive) => window.addEventListener('message', ({ data }) => receive(data)),
  );
  return { client: createClient(channel, framed(schemas)), keep: (state) => editor.setState(state) };
}
