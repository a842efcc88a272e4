/** The bias panel for who cannot see it, or not well: axe-core in every state and theme, what is said, and contrast. */
import assert from 'node:assert/strict';
import { violationsOn } from './harness/axe.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { IDLE } from './harness/fakeBias.ts';
import { STATES } from './harness/states.ts';
import { DARK, LIGHT, THEMES } from './harness/themes.ts';

const scenario = useBiasPages();

const OPEN_TABLES = `document.querySelectorAll('details').forEach((details) => { details.open = true; })`;

for (const theme of THEMES)
  scenario(`${theme.name}: axe finds nothing in any state, with the tables open`, async (open) => {
    const { panel, show } = await open(IDLE, { theme });
    await panel.page.evaluate(OPEN_TABLES);
    for (const [name, state] of Object.entries(STATES)) {
      await show(state);
      assert.deepEqual(await violationsOn(panel), [], name);
    }
  });

scenario('axe finds nothing in a narrow panel', async (open) => {
  const { panel } = await open(STATES.sweep, { width: 300 });
  await panel.page.evaluate(OPEN_TABLES);
  assert.deepEqual(await violationsOn(panel), []);
});

scenario('axe would find what is wrong', async (open) => {
  const { panel } = await open();
  await panel.page.evaluate(`{
    const pale = document.createElement('p');
    pale.textContent = 'pale';
    pale.style.color = '#333';
    document.querySelector('main').append(pale, document.createElement('button'));
  }`);
  const found = (await violationsOn(panel)).map((line) => line.slice(0, line.indexOf(':')));
  assert.deepEqual(found.toSorted(), ['button-name', 'color-contrast']);
});

scenario('progress and the end are said to who does not see them, and failures at once', async (open) => {
  const { panel, show } = await open();
  const news = (): Promise<string> => panel.page.locator('.for-readers').innerText();
  await show(STATES.measuring);
  assert.equal(await news(), '27 of 108 answers · steered to C++ · about 47 s left');
  await show(STATES.cancelled);
  assert.equal(await news(), 'Cancelled: 48 of 108 answers');
  await show(STATES.failed);
  assert.match(await panel.page.getByRole('alert').innerText(), /^the engine ended by itself/);
});

for (const theme of [DARK, LIGHT])
  scenario(`${theme.name}: the figures in the shaded cells can be read`, async (open) => {
    const { panel } = await open(STATES.sweep, { theme });
    const contrasts = await panel.page.evaluate<number[]>(`(() => {
      const context = document.createElement('canvas').getContext('2d');
      const light = (colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const { texts, boxes } = drawnOn(document.querySelector('figure[aria-labelledby="heat-title"] canvas'));
      return boxes.flatMap((box) => texts
        .filter(({ left, right, top, bottom }) => left > box.x && right < box.x + box.width && top > box.y && bottom < box.y + box.height)
        .map(({ colour }) => [light(colour), light(box.colour)].sort((a, b) => b - a))
        .map(([more, less]) => (more + 0.05) / (less + 0.05)));
    })()`);
    assert.ok(contrasts.length > 15, `${contrasts.length} figures`);
    assert.ok(Math.min(...contrasts) >= 4.5, `the least contrast is ${Math.min(...contrasts)}`);
  });
