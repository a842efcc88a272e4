/**
 * The channel between a panel's page and the host. A hidden page is destroyed and made anew, and the new one counts its
 * calls from 1 again: so every message carries the id of its page, the host begins a new channel with each page, and
 * nothing that was meant for an earlier one is taken for an answer. It knows no editor and no browser.
 */
import * as v from 'valibot';
import type { Channel } from '../channel.ts';

/** A message of a page, or to it. */
export interface PageMessage {
  readonly page: string;
  readonly message: object;
}

const pageMessage = v.strictObject({
  page: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/)),
  message: v.custom<object>((value) => typeof value === 'object' && value !== null),
});

function readPageMessage(input: unknown): PageMessage | undefined {
  const read = v.safeParse(pageMessage, input);
  return read.success ? read.output : undefined;
}

/** The page's end. @param page an id that no other page has; @param listen calls back with whatever comes in */
export function channelToHost(
  page: string,
  post: (message: PageMessage) => void,
  listen: (receive: (input: unknown) => void) => void,
): Channel {
  const channel = new End((message) => post({ page, message }));
  listen((input) => {
    const read = readPageMessage(input);
    if (read?.page === page) channel.receive(read.message);
  });
  return channel;
}

/** The host's end of one panel: a channel for each page that the panel has had, of which the newest is alive. */
export class PageChannels {
  private current: { readonly page: string; readonly channel: End } | undefined;

  /** @param onPage told of each new page before its first message is delivered */
  constructor(
    private readonly post: (message: PageMessage) => void,
    private readonly onPage: (channel: Channel) => void,
  ) {}

  /** Takes what a page sent; what has no known shape is dropped. */
  receive(input: unknown): void {
    const read = readPageMessage(input);
    if (read === undefined) return;
    if (read.page !== this.current?.page) this.begin(read.page);
    this.current?.channel.receive(read.message);
  }

  /** Ends the channel there is: the panel is gone. */
  close(): void {
    this.current?.channel.close();
    this.current = undefined;
  }

  private begin(page: string): void {
    this.close();
    const channel = new End((message) => this.post({ page, message }));
    this.current = { page, channel };
    this.onPage(channel);
  }
}

class End implements Channel {
  private isClosed = false;
  private listener: ((message: unknown) => void) | undefined;
  private readonly waiting: unknown[] = [];
  private readonly closeListeners: (() => void)[] = [];

  constructor(private readonly post: (message: object) => void) {}

  send(message: object): void {
    if (!this.isClosed) this.post(message);
  }

  receive(message: unknown): void {
    if (this.isClosed) return;
    if (this.listener) this.listener(message);
    else this.waiting.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listener = listener;
    for (const message of this.waiting.splice(0)) listener(message);
  }

  onClose(listener: () => void): void {
    if (this.isClosed) listener();
    else this.closeListeners.push(listener);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const listener of this.closeListeners.splice(0)) listener();
  }
}
