/** What was written is found again by all that it depends on, and by nothing else; the oldest goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionPlan } from '../../../../src/core/completion/plan.ts';
import { SuggestionCache, type Written } from '../../../../src/core/completion/suggestionCache.ts';
import { planned } from './cursors.ts';

const written = (text: string, maxTokens = 32, isEnded = false): Written => ({ text, maxTokens, isEnded });

function asking(maxTokens: number): CompletionPlan {
  return planned('x = ‸', { maxTokens });
}

test('the same plan finds it, whatever the cursor is in', () => {
  const cache = new SuggestionCache<Written>();
  cache.set('model', planned('x =‸'), written('5'));
  assert.equal(cache.get('model', planned('x =‸'))?.text, '5');
  // The space is held back: the prompt is the same.
  assert.equal(cache.get('model', planned('x = ‸'))?.text, '5');
});

test('another model, prompt, steering, strength or ending finds nothing', () => {
  const cache = new SuggestionCache<Written>();
  const cpp = (strength: number) =>
    planned('int x =‸', { languageId: 'cpp', choice: { kind: 'language', language: 'cpp', strength } });
  cache.set('model', cpp(1), written('5'));
  assert.equal(cache.get('other', cpp(1)), undefined);
  assert.equal(cache.get('model', planned('int y =‸', { languageId: 'cpp' })), undefined);
  assert.equal(cache.get('model', planned('int x =‸', { languageId: 'cpp' })), undefined);
  assert.equal(cache.get('model', cpp(2)), undefined);
  assert.equal(cache.get('model', planned('int x =‸;', { languageId: 'cpp' })), undefined);
  assert.equal(cache.get('model', cpp(1))?.text, '5');
});

test('what is filled in depends on what follows', () => {
  const cache = new SuggestionCache<Written>();
  const model = { context: 8192, infill: true };
  cache.set('model', planned('x =‸\nreturn x', { model }), written('5'));
  assert.equal(cache.get('model', planned('x =‸\nreturn y', { model })), undefined);
});

test('a longer answer serves a shorter request; a shorter one a longer request only where the model had ended it', () => {
  const cache = new SuggestionCache<Written>();
  cache.set('model', asking(64), written('long', 64));
  assert.equal(cache.get('model', asking(32))?.text, 'long');
  assert.equal(cache.get('model', asking(64))?.text, 'long');
  assert.equal(cache.get('model', asking(65)), undefined);
  cache.set('model', asking(16), written('all of it', 16, true));
  assert.equal(cache.get('model', asking(128))?.text, 'all of it');
});

test('of more than a hundred the one that was longest not asked for goes', () => {
  const cache = new SuggestionCache<Written>();
  const plan = (n: number) => planned(`x${n} =‸`);
  for (let n = 0; n < 100; n++) cache.set('model', plan(n), written(`${n}`));
  assert.equal(cache.get('model', plan(0))?.text, '0');
  cache.set('model', plan(2), written('2 anew'));
  cache.set('model', plan(100), written('100'));
  cache.set('model', plan(101), written('101'));
  const kept = Array.from({ length: 102 }, (_, n) => cache.get('model', plan(n))?.text);
  assert.deepEqual(
    kept.map((text, n) => (text === undefined ? n : -1)).filter((n) => n >= 0),
    [1, 3],
  );
  assert.equal(kept[2], '2 anew');
});
