/** The page of a fake panel: the page's own end of the channel, with the test in place of what it draws. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { channelToHost } from '../../../../src/protocol/panels/pageChannel.ts';
import { createClient } from '../../../../src/protocol/rpc.ts';
import type { Client, ParamsSchemas, ServiceShape } from '../../../../src/protocol/rpc.ts';
import type { PanelService, Snapshot } from '../../../../src/protocol/panels/panel.ts';
import { until } from '../../files/support.ts';
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

/** Loads a page that watches, and keeps every snapshot that came. */
export function watchSnapshots<Service extends PanelService<unknown, S> & ServiceShape<Service>, S extends Snapshot>(
  panel: FakePanel,
  schemas: ParamsSchemas<Service>,
) {
  const { client } = loadPage<Service>(panel, schemas);
  const seen: S[] = [];
  // Any panel can be watched; which methods it has beside is for the caller.
  const watched = client as unknown as Client<PanelService<unknown, S>>;
  watched.watch({}, { onEvent: (snapshot) => seen.push(snapshot) }).catch(() => undefined);
  const latest = (): S => {
    const snapshot = seen.at(-1);
    assert.ok(snapshot, 'no snapshot came');
    return snapshot;
  };
  /** Waits for a snapshot of which that is true. */
  const when = async (isSo: (snapshot: S) => boolean): Promise<S> => {
    await until(() => seen.length > 0 && isSo(latest()));
    return latest();
  };
  return { client, seen, when };
}
