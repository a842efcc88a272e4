/** What can be done with every picture of a panel: its figures copied, itself saved, whole and on the ground of the page. */
import assert from 'node:assert/strict';
import { until } from '../vscode/harness/until.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { sampleReading, LAYERS_STATES, useLayersPages } from './harness/layersPages.ts';
import { tableOf } from './harness/seen.ts';
import { STATES } from './harness/states.ts';

const bias = useBiasPages();
const layers = useLayersPages(sampleReading(200, 30));

bias('the figures of each picture are copied as its table has them', async (open) => {
  const { panel } = await open(STATES.sweep);
  for (const id of ['shares', 'sweep', 'heat']) {
    const figure = panel.page.locator(`figure[aria-labelledby="${id}-title"]`);
    const table = await tableOf(panel, id);
    await figure.getByRole('button', { name: 'Copy as CSV' }).click();
    await until('the text is copied', () => panel.copied.length > 0);
    const csv = (panel.copied.pop() ?? '').trimEnd().split('\r\n');
    assert.equal(csv.length, table.length, id);
    assert.equal(csv[1]?.replaceAll('"', '').split(',')[0], table[1]?.[0]);
    await figure.getByRole('button', { name: 'Copy as JSON' }).click();
    await until('the text is copied', () => panel.copied.length > 0);
    const { columns, rows } = JSON.parse(panel.copied.pop() ?? '') as {
      columns: string[];
      rows: (string | number)[][];
    };
    assert.deepEqual([columns, ...rows.map((row) => row.map(String))], table);
  }
  assert.match(await panel.page.locator('.for-readers').innerText(), /^Copied: /);
});

/** The size of a PNG, and the colour of its corner. */
const READ_PNG = (png: string): string => `new Promise((done) => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    done([image.width, image.height, context.getImageData(0, image.height - 1, 1, 1).data[3]]);
  };
  image.src = 'data:image/png;base64,${png}';
})`;

bias('a chart is saved on the ground of the page', async (open) => {
  const { panel } = await open(STATES.sweep);
  await panel.page
    .locator('figure[aria-labelledby="shares-title"]')
    .getByRole('button', { name: 'Save as PNG' })
    .click();
  await until('the picture is saved', () => panel.saved.length > 0);
  const [picture] = panel.saved;
  assert.ok(picture);
  assert.equal(picture.name, 'shares');
  const [width, , alpha] = await panel.page.evaluate<[number, number, number]>(READ_PNG(picture.png));
  assert.ok(width > 300 && alpha === 255, `${width}, ${alpha}`);
});

layers('a large grid is saved whole, also what is out of sight', async (open) => {
  const { panel } = await open(LAYERS_STATES.lens, { width: 700 });
  const figure = panel.page.locator('figure[aria-labelledby="layers-title"]');
  await until('the grid', () => figure.locator('canvas').getAttribute('aria-label'));
  await panel.settle();
  await figure.getByRole('button', { name: 'Save as PNG' }).click();
  await until('the picture is saved', () => panel.saved.length > 0);
  const [width, height] = await panel.page.evaluate<[number, number, number]>(READ_PNG(panel.saved[0]?.png ?? ''));
  assert.ok(width > 64 * 30 && height === 22 + 20 * 200, `${width} × ${height}`);
});
