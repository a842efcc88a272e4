/** The tokens of the texts of the panel, as they run: asked for once for each text, and only of a model that is open. */
import { randomUUID } from 'node:crypto';
import { UsageError } from '../../../core/errors.ts';
import * as vscode from 'vscode';
import type { EngineHost } from '../../engine/engineHost.ts';
import type { InterveneSettings, NamedTokens, TokenPieces } from '../../../protocol/panels/intervene.ts';
import { tokenizeRequest } from './requests.ts';

/** Texts that are remembered: the two that are shown, and those before them. */
const REMEMBERED = 8;

/** Nothing has no tokens, and nobody asks for them. */
const NONE: NamedTokens = { id: '', count: 0 };

export class TextTokens {
  private readonly known = new Map<string, { readonly id: string; readonly pieces: TokenPieces }>();

  constructor(private readonly engine: Pick<EngineHost, 'use' | 'state'>) {}

  /** How many tokens a text has, where that is known, and under which id they are had. */
  of(text: string, prefill: string | null): NamedTokens | undefined {
    if (text === '') return NONE;
    const found = this.known.get(this.keyOf(text, prefill));
    return found && { id: found.id, count: found.pieces.length };
  }

  /** @throws UsageError `unknown-text` */
  pieces(id: string): TokenPieces {
    const found = [...this.known.values()].find((one) => one.id === id);
    if (found) return found.pieces;
    const { t } = vscode.l10n;
    throw new UsageError('unknown-text', t('these tokens are no longer there'), t('Read the text again.'));
  }

  /** Learns the tokens of the text and of the source, where there is one. Opens the model where it is not open. */
  async read({ text, source, prefill, change }: InterveneSettings): Promise<void> {
    for (const one of change === 'patch' ? [text, source] : [text]) {
      if (this.of(one, prefill) !== undefined) continue;
      const pieces = await this.engine.use(
        async (client) => (await client.tokenize(tokenizeRequest(one, prefill))).pieces,
      );
      this.known.set(this.keyOf(one, prefill), { id: randomUUID(), pieces });
      for (const oldest of [...this.known.keys()].slice(0, -REMEMBERED)) this.known.delete(oldest);
    }
  }

  private keyOf(text: string, prefill: string | null): string {
    return JSON.stringify([text, prefill, this.engine.state.summary?.fingerprint ?? '']);
  }
}
