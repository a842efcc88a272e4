import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BytePairMerger } from '../../../src/core/tokenizer/bytePairs.ts';
import { MergeTable } from '../../../src/core/tokenizer/mergeTable.ts';
import { below, freshSeed, mulberry32, type Random } from './random.ts';

/** Byte-pair merging as it is defined: look for the best pair, merge its leftmost occurrence, start again. */
function mergeByDefinition(table: MergeTable, word: readonly number[]): number[] {
  const symbols = [...word];
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let at = 0; at + 1 < symbols.length; at++) {
      const rank = table.rankOf(symbols[at], symbols[at + 1]);
      if (rank >= 0 && rank < bestRank) [best, bestRank] = [at, rank];
    }
    if (best < 0) return symbols;
    symbols.splice(best, 2, table.mergedAt(bestRank));
  }
}

/** Rules over the symbols 0 to 3 and whatever they make. */
function randomTable(random: Random): MergeTable {
  const table = new MergeTable(40);
  let symbols = 4;
  for (let i = 0; i < 40; i++) {
    // Some rules make a symbol that another rule makes too.
    const merged = random() < 0.8 ? symbols++ : below(random, symbols);
    table.add(below(random, symbols), below(random, symbols), merged);
  }
  return table;
}

test('the heap merges what the definition merges', (t) => {
  const seed = freshSeed();
  t.diagnostic(`seed ${seed}`);
  const random = mulberry32(seed);
  for (let i = 0; i < 500; i++) {
    const table = randomTable(random);
    const merger = new BytePairMerger(table);
    for (let j = 0; j < 5; j++) {
      const word = Array.from({ length: below(random, 40) }, () => below(random, 4));
      const symbols = Int32Array.from(word);
      const n = merger.merge(symbols, word.length);
      assert.deepEqual(
        [...symbols.subarray(0, n)],
        mergeByDefinition(table, word),
        `seed ${seed}, table ${i}, word ${j}`,
      );
    }
  }
});

test('a merge table gives back its rules, in order, and -1 for others', () => {
  const table = new MergeTable(3);
  table.add(1, 2, 3);
  table.add(2, 1, 4);
  table.add(1, 2, 5);
  assert.deepEqual([...table.rules()], [1, 2, 3, 2, 1, 4, 1, 2, 5]);
  assert.deepEqual([table.rankOf(1, 2), table.rankOf(2, 1), table.rankOf(1, 1), table.rankOf(-1, -1)], [0, 1, -1, -1]);
  assert.equal(table.mergedAt(1), 4);
});

test('an empty merge table can be asked', () => {
  assert.equal(new MergeTable(0).rankOf(0, 0), -1);
});
