/** Statistics against values that were published or worked out by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { pairedDifference, shareDifference } from '../../../../src/core/stats/difference.ts';
import { distinctN, words } from '../../../../src/core/stats/distinct.ts';
import { mcnemar } from '../../../../src/core/stats/mcnemar.ts';
import { median, quantile } from '../../../../src/core/stats/quantiles.ts';
import { createRandom, xoshiro128 } from '../../../../src/core/stats/random.ts';
import { wilson } from '../../../../src/core/stats/wilson.ts';

const withReason = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

describe('wilson', () => {
  // Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
  const published: [successes: number, n: number, lo: number, hi: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [successes, n, lo, hi] of published) {
    test(`${successes} of ${n}`, () => {
      const interval = wilson(successes, n);
      assert.equal(interval[0], successes / n);
      assert.deepEqual(
        interval.slice(1).map((end) => Math.round(end * 1e4) / 1e4),
        [lo, hi],
      );
    });
  }

  test('all successes mirror no success, and the ends are exact', () => {
    const [, lo, hi] = wilson(20, 20);
    const [, noLo, noHi] = wilson(0, 20);
    assert.equal(hi, 1);
    assert.equal(noLo, 0);
    assert.ok(Math.abs(lo + noHi - 1) < 1e-12);
  });

  test('of nothing, nothing is known', () => assert.deepEqual(wilson(0, 0), [NaN, 0, 1]));

  test('what is no count is refused', () => {
    for (const [successes, n] of [
      [3, 2],
      [-1, 5],
      [0.5, 5],
      [1, NaN],
    ] as const) {
      assert.throws(() => wilson(successes, n), withReason('count'));
    }
  });
});

describe('mcnemar', () => {
  test('2 against 10 discordant pairs: twice the tail of 12 coin throws', () => {
    const first = [...Array<boolean>(2).fill(true), ...Array<boolean>(10).fill(false), true, false];
    const second = [...Array<boolean>(2).fill(false), ...Array<boolean>(10).fill(true), true, false];
    const result = mcnemar(first, second);
    assert.deepEqual([result.onlyFirst, result.onlySecond], [2, 10]);
    assert.ok(Math.abs(result.p - (2 * (1 + 12 + 66)) / 4096) < 1e-12);
  });

  test('agreement everywhere is no evidence', () => assert.equal(mcnemar([true, false], [true, false]).p, 1));

  test('thousands of pairs do not underflow', () => {
    const n = 4000;
    const { p } = mcnemar(
      Array<boolean>(n).fill(true),
      Array.from({ length: n }, (_, i) => i % 2 === 0),
    );
    assert.ok(p >= 0 && p < 1e-300);
    const even = mcnemar(
      Array.from({ length: n }, (_, i) => i % 2 === 0),
      Array.from({ length: n }, (_, i) => i % 2 === 1),
    );
    assert.equal(even.p, 1);
  });

  test('lists that cannot be paired are refused', () => assert.throws(() => mcnemar([true], []), withReason('pairs')));
});

describe('quantiles', () => {
  test('of an odd and an even number of values, which stay as they were', () => {
    const values = [5, 1, 3];
    assert.equal(median(values), 3);
    assert.deepEqual(values, [5, 1, 3]);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  test('linear between neighbours, as numpy has them', () => {
    assert.equal(quantile([1, 2, 3, 4], 0.25), 1.75);
    assert.equal(quantile([1, 2, 3, 4], 0), 1);
    assert.equal(quantile([1, 2, 3, 4], 1), 4);
    assert.ok(Math.abs(quantile([15, 20, 35, 40, 50], 0.4) - 29) < 1e-12);
  });

  test('of numbers, not of their spelling', () => assert.equal(median([10, 9, 2]), 9));

  test('of nothing is refused', () => {
    assert.throws(() => median([]), withReason('empty'));
    assert.throws(() => quantile([1], 1.5), withReason('quantile'));
  });
});

describe('repetition', () => {
  test('nothing repeats, everything repeats, too short to say', () => {
    assert.equal(distinctN(['a', 'b', 'c', 'd'], 3), 1);
    assert.equal(distinctN(['a', 'a', 'a', 'a', 'a'], 3), 1 / 3);
    assert.equal(distinctN(['a', 'b'], 3), 1);
    assert.equal(distinctN([1, 2, 1, 2, 1], 2), 0.5);
  });

  test('tokens are not run together', () => assert.equal(distinctN(['a b', 'c', 'a', 'b c'], 2), 1));

  test('a loop scores low, code does not', () => {
    assert.ok(distinctN(words('int x = 0;\n'.repeat(20)), 3) < 0.1);
    assert.ok(
      distinctN(words('int sum = 0;\nfor (int i = 0; i < n; i++) {\n  sum += values[i];\n}\nreturn sum;'), 3) > 0.9,
    );
  });
});

describe('random numbers', () => {
  test('the generator gives the reference stream of state 1, 2, 3, 4', () => {
    const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    const stream = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    assert.deepEqual(Array.from(stream, next), stream);
  });

  test('a seed repeats itself, another does not', () => {
    const draw = (seed: number): number[] => Array.from({ length: 8 }, createRandom(seed).uint32);
    assert.deepEqual(draw(7), draw(7));
    const streams = [0, 1, 2, -1, 0.5, 2 ** 40, 7].map((seed) => draw(seed).join());
    assert.equal(new Set(streams).size, streams.length);
  });

  test('uniform and normal numbers have their moments', () => {
    const random = createRandom(1);
    const n = 50_000;
    const uniform = Array.from({ length: n }, () => random.next());
    const normal = Array.from({ length: n }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(uniform.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(mean(uniform) - 0.5) < 0.01);
    assert.ok(Math.abs(mean(normal)) < 0.02);
    assert.ok(Math.abs(mean(normal.map((value) => value * value)) - 1) < 0.03);
    assert.ok(Math.abs(mean(normal.map((value) => value ** 4)) - 3) < 0.2);
  });

  test('whole numbers and shuffles are even', () => {
    const random = createRandom(2);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      const at = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'].indexOf(order);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    // 1000 expected of each, standard deviation 29.
    assert.ok(
      counts.every((count) => Math.abs(count - 1000) < 150),
      counts.join(),
    );
    assert.ok(Array.from({ length: 1000 }, () => random.below(3)).every((value) => [0, 1, 2].includes(value)));
  });
});

describe('differences of shares', () => {
  const rounded = (interval: readonly number[]): number[] => interval.map((value) => Math.round(value * 1e4) / 1e4);

  // Newcombe (1998), Statistics in Medicine 17:873, table II, method 10.
  const published: [first: [number, number], second: [number, number], lo: number, hi: number][] = [
    [[56, 70], [48, 80], 0.0524, 0.3339],
    [[9, 10], [3, 10], 0.1705, 0.809],
    [[10, 10], [0, 10], 0.6075, 1],
    [[0, 10], [0, 10], -0.2775, 0.2775],
  ];
  for (const [[a, m], [b, n], lo, hi] of published)
    test(`${a} of ${m} less ${b} of ${n}`, () => {
      const interval = shareDifference({ hits: a, n: m }, { hits: b, n });
      assert.deepEqual(rounded(interval), rounded([a / m - b / n, lo, hi]));
    });

  const pairs = (both: number, first: number, second: number, neither: number): [boolean[], boolean[]] => {
    const of = (count: number, a: boolean, b: boolean): [boolean, boolean][] =>
      Array.from({ length: count }, () => [a, b]);
    const all = [
      ...of(both, true, true),
      ...of(first, true, false),
      ...of(second, false, true),
      ...of(neither, false, false),
    ];
    return [all.map(([a]) => a), all.map(([, b]) => b)];
  };

  test('pairs without any tie have the interval of cases that have nothing to do with each other', () => {
    assert.deepEqual(
      rounded(pairedDifference(...pairs(25, 25, 25, 25))),
      rounded(shareDifference({ hits: 50, n: 100 }, { hits: 50, n: 100 })),
    );
  });

  test('pairs that go together tell more than as many others, and those that go against each other less', () => {
    const width = ([, lo, hi]: readonly number[]): number => (hi ?? 0) - (lo ?? 0);
    const apart = width(shareDifference({ hits: 50, n: 100 }, { hits: 50, n: 100 }));
    assert.ok(width(pairedDifference(...pairs(45, 5, 5, 45))) < apart * 0.7);
    assert.ok(width(pairedDifference(...pairs(5, 45, 45, 5))) > apart);
  });

  test('without cases nothing is known, and lists that do not belong together are refused', () => {
    assert.deepEqual(shareDifference({ hits: 0, n: 0 }, { hits: 1, n: 2 }), [NaN, -1, 1]);
    assert.deepEqual(pairedDifference([], []), [NaN, -1, 1]);
    assert.throws(() => pairedDifference([true], []), withReason('pairs'));
  });
});
