/** The tokens of the texts of the panel, as they run: asked for once for each text, and only of a model that is open. */
import type { EngineHost } from '../../engine/engineHost.ts';
import type { InterveneSettings, TokenPieces } from '../../../protocol/panels/intervene.ts';
import { tokenizeRequest } from './requests.ts';

/** Texts that are remembered: the two that are shown, and those before them. */
const REMEMBERED = 8;

export class TextTokens {
  private readonly known = new Map<string, TokenPieces>();

  constructor(private readonly engine: Pick<EngineHost, 'use' | 'state'>) {}

  /** The tokens of a text where they are known; nothing has none. */
  of(text: string, prefill: string | null): TokenPieces | undefined {
    return text === '' ? [] : this.known.get(this.keyOf(text, prefill));
  }

  /** Learns the tokens of the text and of the source, where there is one. Opens the model where it is not open. */
  async read({ text, source, prefill, change }: InterveneSettings): Promise<void> {
    for (const one of change === 'patch' ? [text, source] : [text]) {
      if (this.of(one, prefill) !== undefined) continue;
      const pieces = await this.engine.use(
        async (client) => (await client.tokenize(tokenizeRequest(one, prefill))).pieces,
      );
      this.known.set(this.keyOf(one, prefill), pieces);
      for (const oldest of [...this.known.keys()].slice(0, -REMEMBERED)) this.known.delete(oldest);
    }
  }

  private keyOf(text: string, prefill: string | null): string {
    return JSON.stringify([text, prefill, this.engine.state.summary?.fingerprint ?? '']);
  }
}
