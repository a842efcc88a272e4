/** The page of a fake panel: the page's own end of the channel, with the test in place of what it draws. */
import { randomUUID } from 'node:crypto';
import { channelToHost } from '../../../../src/protocol/panels/pageChannel.ts';
import { createClient } from '../../../../src/protocol/rpc.ts';
import type { Client, ParamsSchemas, ServiceShape } from '../../../../src/protocol/rpc.ts';
import type { FakePanel } from '../fake/panels.ts';

export interface FakePage<S> {
  readonly id: string;
  readonly client: Client<S>;
  /** Sends anything, as a page that was taken over would. */
  readonly send: (message: unknown) => void;
}

/** Loads a page into the panel, in place of the one it has. */
export function loadPage<S extends ServiceShape<S>>(panel: FakePanel, schemas: ParamsSchemas<S>): FakePage<S> {
  const id = randomUUID();
  let receive: (message: unknown) => void = () => {};
  const send = panel.load((message) => receive(message));
  const channel = channelToHost(id, send, (listener) => (receive = listener));
  return { id, client: createClient<S>(channel, schemas), send };
}
