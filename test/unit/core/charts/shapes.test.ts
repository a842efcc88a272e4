/** Marks and intervals as geometry: what the report's SVG and the panels' canvases both draw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mark, whisker } from '../../../../src/cli/report/svg.ts';
import { CONDITIONS } from '../../../../src/core/charts/conditions.ts';
import { markOutline, whiskerStrokes, type Point } from '../../../../src/core/charts/shapes.ts';

/** Twice the area, by the shoelace formula. */
function doubleArea(corners: readonly Point[]): number {
  return Math.abs(
    corners.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % corners.length] ?? [x, y];
      return sum + x * nextY - nextX * y;
    }, 0),
  );
}

test('the three marks are three shapes, round their point, and about equally large', () => {
  const outlines = CONDITIONS.map((id) => markOutline(id, [20, 30], 10));
  const areas = outlines.map((outline) => {
    if (!('corners' in outline)) {
      assert.deepEqual(outline.centre, [20, 30]);
      return Math.PI * outline.radius ** 2;
    }
    const { corners } = outline;
    const middle = [0, 1].map(
      (axis) => corners.reduce((sum, corner) => sum + (corner[axis] ?? NaN), 0) / corners.length,
    );
    assert.deepEqual(middle, [20, 30]);
    return doubleArea(corners) / 2;
  });
  assert.equal(new Set(outlines.map((outline) => JSON.stringify(outline))).size, 3);
  for (const area of areas) assert.ok(area > 300 && area < 360, `${area}`);
});

test('an interval is a line with a cap at each end', () => {
  assert.deepEqual(whiskerStrokes(10, 50, 7, 3), [
    [
      [10, 7],
      [50, 7],
    ],
    [
      [10, 4],
      [10, 10],
    ],
    [
      [50, 4],
      [50, 10],
    ],
  ]);
});

test("the report's drawing is that geometry", () => {
  assert.match(mark('steered', 20, 30, 10).text, /points="20,17 33,30 20,43 7,30"/);
  assert.match(mark('asked', 20, 30, 10).text, /points="11,21 29,21 29,39 11,39"/);
  assert.match(mark('plain', 20, 30, 10).text, /cx="20" cy="30" r="10"/);
  assert.equal(whisker(10, 50, 7, 'interval', 3).text.match(/<line/g)?.length, 3);
});
