/**
 * What the fake engine answers where a model would. It repeats what it was asked, so that a test sees what arrived; a few
 * prompts make it fail as the engine does. Its tokens are words.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, ModelError, UsageError } from '../../../../src/core/errors.ts';
import type { EngineService, Generated } from '../../../../src/protocol/engineService.ts';

const FAILURES: Readonly<Record<string, () => Error>> = {
  'too long': () => new ModelError('too-long', 'the text has 900 tokens', 'Shorten the prompt, or lower --max-tokens.'),
  'no template': () => new ModelError('no-chat-template', 'this model has no chat template', 'Use --raw.'),
  'a fault': () => new TypeError('x is not a function'),
};

export const answers: Partial<EngineService> = {
  tokenize: async ({ text }) => {
    const pieces = text.match(/\s*\S+/g) ?? [];
    return { ids: pieces.map((_, i) => i), pieces };
  },

  generate: async ({ prompts, options }, { signal, emit }) => {
    const [{ id, prompt, turns = [] }] = prompts;
    if (FAILURES[prompt]) throw FAILURES[prompt]();
    if (prompt === 'crash') process.exit(7);
    for (let n = 0; prompt === 'endless'; n++) {
      if (signal.aborted) throw new CancelledError();
      emit({ kind: 'text', id, text: `${n} ` });
      await sleep(2);
    }
    const text = JSON.stringify({ prompt, turns, options });
    const pieces = text.match(/.{1,16}/gs) ?? [];
    for (const piece of pieces) emit({ kind: 'text', id, text: piece });
    const answer: Generated = {
      ...{ id, text, ids: [], promptTokens: 1, tokens: pieces.length, ms: { prompt: 1, decode: 1 }, steer: [] },
      stop: prompt === 'nonfinite' ? 'nonfinite' : 'eos',
    };
    return [answer];
  },

  lens: async ({ text, layers, top, last }) => {
    if (layers === '99') throw new UsageError('bad-layer', 'there is no layer 99', 'The layers are 0 to 3.');
    const ids = text.split(' ').map((_, i) => i);
    return {
      ids,
      pieces: { [ids.length - 1]: 'range(', 7: '10', 8: '"' },
      layers: (layers === 'all' ? [0, 1, 2, 3] : layers.split(',').map(Number)).map((layer) => ({
        layer,
        top: Array.from({ length: last ?? ids.length }, () =>
          Array.from({ length: top }, (_, i) => [i + 7, 5.25 - i] as const),
        ),
        norms: [layer * 10.04],
      })),
    };
  },

  lines: async ({ text }) => {
    if (text.includes('no probe')) throw new ModelError('no-line-probe', 'no probe fits this model', 'Make one.');
    const languages = ['python', 'cpp'];
    const lines = text.split('\n').flatMap((content, line) => {
      if (content.trim() === '') return [];
      const isPython = content.includes('def');
      return [{ line, language: isPython ? 'python' : 'cpp', scores: isPython ? [0.75, 0.25] : [0, 1], tokens: 1 }];
    });
    const leftOut = { tokens: 0, lines: text.startsWith('far') ? 2 : 0 };
    return { languages, lines, tokens: 9, leftOut, probe: { name: 'languages', layer: 2, notes: [] } };
  },

  /** Finds code in a fence only. */
  judge: async ({ answers: asked }) =>
    asked.map(({ id, text }) => {
      const code = /^(`{3,})[^\n]*\n([\s\S]*?)^\1/m.exec(text)?.[2] ?? '';
      return code === ''
        ? { id, text: code, language: 'none', confidence: 0 }
        : { id, text: code, language: code.includes('def') ? 'python' : 'cpp', confidence: 0.875, parses: true };
    }),
};
