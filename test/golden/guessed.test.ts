/** Guessed tokens that are run together, on the default model and real code: the text is the one without guesses. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { writeAnswers } from '../../src/engine/generate/answerLoop.ts';
import { GREEDY } from '../greedy.ts';
import { openReal } from './model.ts';

const NEW = 32;
/** Characters before the cursor that are asked with, and places in the file. */
const PROMPT = 480;
const PLACES = [900, 2600, 4100, 6400];
const code = fs.readFileSync(new URL('../../src/engine/session/mainSession.ts', import.meta.url), 'utf8');

for (const precision of ['exact', 'fast'] as const)
  test(`${precision}: code that is guessed from its file is the code that the model writes by itself`, async () => {
    const model = await openReal(precision);
    let right = 0;
    for (const at of PLACES) {
      const [before, after] = [code.slice(0, at), code.slice(at)];
      const request = {
        ...{ id: 'p', prefill: '', applied: [], seed: 0 },
        promptIds: model.tokenizer.encode(before.slice(-PROMPT)),
        options: { mode: 'raw', maxTokens: NEW, ...GREEDY } as const,
      };
      const [plain] = await writeAnswers(model, [request], { batch: 1 });
      const draftIds = [after, before].map((text) => model.tokenizer.encode(text));
      const [guessed] = await writeAnswers(model, [{ ...request, draftIds }], { batch: 1 });
      assert.deepEqual(guessed.ids, plain.ids);
      assert.equal(guessed.result().text, plain.result().text);
      right += guessed.guesses.right;
    }
    assert.ok(right > 0);
  });
