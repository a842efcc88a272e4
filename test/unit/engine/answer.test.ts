/** An answer while it is being written, fed with one token after the other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Answer } from '../../../src/engine/generate/answer.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import type { GenerateOptions } from '../../../src/protocol/engineService.ts';
import { GREEDY } from '../../greedy.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const OPTIONS: GenerateOptions = { mode: 'raw', maxTokens: 99, ...GREEDY };

const home = mkdtempSync(join(tmpdir(), 'steerscope-answer-'));
after(() => rmSync(home, { recursive: true, force: true }));

let model: LoadedModel;
before(async () => {
  const params = { model: writeTinyModel(home), precision: 'exact', threads: 1, home, get: false } as const;
  model = await openModel(params, { signal: new AbortController().signal, emit: () => undefined });
});

test('a line that opens code is complete with its line feed, whatever is on it', () => {
  const opened = (prefill: string, text: string): boolean[] => {
    const request = { id: 'a', promptIds: [1], prefill, applied: [], seed: 0, options: OPTIONS };
    const answer = new Answer(request, model.tokenizer, () => undefined);
    return model.tokenizer.encode(text).map((id) => {
      const values = new Float32Array(model.config.vocab);
      values[id] = 1;
      answer.take({ values, exact: null });
      return answer.hasOpenedCode;
    });
  };
  for (const [prefill, text, at] of [
    ['', '```rust\nx', 8],
    ['', 'Here:\n  ```\nx', 12],
    ['```', 'c++\n', 4],
    ['```rust\n', 'x', 1],
    ['', 'as ```rust\nx', Infinity],
    ['', '``\n`\n', Infinity],
    ['', '```x``` y\n', Infinity],
  ] as const) {
    const actual = opened(prefill, text);
    assert.equal(actual.length, text.length, 'a token for each letter');
    assert.deepEqual(
      actual,
      Array.from(text, (_, i) => i + 1 >= at),
      `${prefill}|${text}`,
    );
  }
});
