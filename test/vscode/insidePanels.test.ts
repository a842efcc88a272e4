/** The panels that look inside of the model, in VS Code over the real one: each by its ways in, with the terminal's figures. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import { tableOfGrid } from '../../src/core/charts/grid.ts';
import { layersGrid } from '../../src/core/charts/layersGrid.ts';
import type { LayersResult } from '../../src/protocol/readingTypes.ts';
import type { SaeFeaturesResult } from '../../src/protocol/saeFeatureTypes.ts';
import type { Editor } from './harness/editor.ts';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const PYTHON = 'import numpy as np\n\n\ndef mean(values):\n    return np.sum(values) / len(values)\n';
const TASK = '// Write a program that reads numbers and prints their mean.\n\n\n';

/** The model is opened and read with, perhaps beside other work. */
const PATIENT = { timeoutMs: 180_000 };

const { session, scenario } = useVSCode({ files: { 'mean.py': PYTHON, 'mean.cpp': TASK } });

/** What the terminal says of the same, over the same home. */
async function terminal<T>(editor: Editor, ...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args, '--json'], {
    env: { ...process.env, STEERSCOPE_HOME: editor.profile.home },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as T;
}

/** Resolves when the picture of that id has figures, with its table open. */
async function tableOf(panel: Frame, id: string): Promise<string[][]> {
  const figure = panel.locator(`figure[aria-labelledby="${id}-title"]`);
  const label = async (): Promise<string | false> =>
    (await figure.locator('canvas').getAttribute('aria-label')) ?? false;
  await until(`the picture ${id}`, label, PATIENT);
  if (!(await figure.locator('details').evaluate((details: { open: boolean }) => details.open)))
    await figure.locator('summary').click();
  await figure.locator('tbody tr').first().waitFor();
  return figure
    .locator('tbody tr')
    .evaluateAll((rows: { cells: ArrayLike<{ textContent: string | null }> }[]) =>
      rows.map(({ cells }) => Array.from(cells, ({ textContent }) => textContent ?? '')),
    );
}

/** Two figures in words: the same words, and numbers that differ in the last digit at most. */
function assertAlike(shown: string, expected: string, where: string): void {
  const numbers = /-?\d+(?:\.\d+)?/g;
  assert.equal(shown.replace(numbers, '#'), expected.replace(numbers, '#'), where);
  const [a, b] = [shown, expected].map((text) => (text.match(numbers) ?? []).map(Number));
  for (const [i, value] of (a ?? []).entries())
    assert.ok(
      Math.abs(value - (b?.[i] ?? NaN)) <= 0.02 + 0.001 * Math.abs(value),
      `${where}: ${shown}, not ${expected}`,
    );
}

scenario('layers: the command reads the file, and the figures are the terminal’s', async (editor) => {
  await editor.ready();
  await editor.openFile('mean.py', 5);
  await editor.runCommand('Steerscope: See the Layers of This Text');
  const panel = await editor.webview('h1:has-text("Layers")');
  const shown = await tableOf(panel, 'layers');
  await session.screenshot('inside-layers');
  const file = path.join(editor.profile.workspace, 'mean.py');
  const read = await terminal<LayersResult>(editor, 'layers', '--file', file, '--last', '128', '--top', '5');
  const expected = tableOfGrid(layersGrid(read, { measure: 'lens', language: 'cpp' })).rows.map((row) =>
    row.map(String),
  );
  assert.deepEqual(
    shown.map(([name]) => name),
    expected.map(([name]) => name),
  );
  for (const [i, row] of shown.entries())
    for (const [j, cell] of row.entries()) assertAlike(cell, expected[i]?.[j] ?? '', `row ${i}, column ${j}`);
});

scenario('layers: a cell is taken apart, by keyboard', async (editor) => {
  const panel = await editor.webview('h1:has-text("Layers")');
  await panel.locator('figure[aria-labelledby="layers-title"] canvas').focus();
  await editor.press('ArrowDown', 'ArrowRight', 'Enter');
  await panel.locator('.cell-detail h2', { hasText: /^Layer \d+, token/ }).waitFor();
  await tableOf(panel, 'heads');
  assert.equal(await panel.locator('.cell-detail > .scroll table tbody tr').count(), 8);
  await session.screenshot('inside-layers-cell');
});

scenario('layers: after a reload of the window the text is read again', async (editor) => {
  await editor.reload();
  const panel = await editor.webview('h1:has-text("Layers")');
  assert.ok((await tableOf(panel, 'layers')).length > 10);
});

scenario('probes: the file token by token', async (editor) => {
  await editor.closeAll();
  await editor.openFile('mean.py', 5);
  await editor.runCommand('Steerscope: Which Language Does the Model Think Each Token Is In?');
  const panel = await editor.webview('h1:has-text("Probes")');
  const canvas = panel.locator('figure canvas:visible').first();
  await until('the tokens', async () => (await canvas.getAttribute('aria-label')) ?? false, PATIENT);
  await session.screenshot('inside-probes');
});

scenario('compare: a selection under two steerings, and kept as a case', async (editor) => {
  await editor.closeAll();
  await editor.openFile('mean.cpp', 1);
  await editor.press('Home', 'Shift+End');
  await editor.runCommand('Steerscope: Compare Steerings');
  const panel = await editor.webview('h1:has-text("Compare steerings")');
  await until('the texts', async () => (await panel.locator('figure canvas:visible').count()) > 0, PATIENT);
  await session.screenshot('inside-compare');
  const keep = panel.locator('vscode-button', { hasText: 'Keep as a Case' });
  await keep.waitFor({ timeout: 180_000 });
  await keep.click();
  await panel.locator('#past').waitFor();
});

scenario('intervene: a selection, a value ablated, and what becomes of the output', async (editor) => {
  await editor.closeAll();
  await editor.openFile('mean.py', 1);
  await editor.press('Home', 'Shift+End');
  await editor.runCommand('Steerscope: Intervene in the Model');
  const panel = await editor.webview('h1:has-text("Intervene")');
  // The selection is read at once.
  await until('the tokens of the text', async () => (await panel.locator('.token').count()) === 4);
  await panel.locator('.token').last().click();
  await panel
    .locator('vscode-button:visible', { hasText: /^\s*Intervene\s*$/ })
    .first()
    .click();
  await until('a result', async () => (await panel.locator('figure canvas:visible').count()) > 0, PATIENT);
  await session.screenshot('inside-intervene');
});

scenario(
  'features: the autoencoder that ships is there with the terminal’s list, and one of its features opens',
  async (editor) => {
    await editor.closeAll();
    await editor.openFile('mean.py', 5);
    await editor.runCommand('Steerscope: Show Features');
    const panel = await editor.webview('h1:has-text("Features")');
    const lines = panel.locator('#features [role=option]');
    await until('the list', async () => (await lines.count()) > 5, PATIENT);
    const { features } = await terminal<SaeFeaturesResult>(editor, 'sae', 'features', 'code-16', '--limit', '5');
    const shown = await lines.evaluateAll((options: { textContent: string | null }[]) =>
      options.slice(0, 5).map(({ textContent }) => textContent ?? ''),
    );
    for (const [i, { index, label }] of features.entries()) {
      assert.ok(shown[i]?.startsWith(String(index)), `line ${i}: ${shown[i]}, not ${index}`);
      assert.ok(shown[i].includes(label), `line ${i}: ${shown[i]}, not ${label}`);
    }
    await lines.first().click();
    assert.ok((await tableOf(panel, 'selectivity')).length >= 6);
    await session.screenshot('inside-features');
  },
);

scenario('features: those at the cursor', async (editor) => {
  const panel = await editor.webview('h1:has-text("Features")');
  await panel.locator('vscode-button', { hasText: 'Features at the Cursor' }).click();
  // The panel stands in front of the file, whose text is meant all the same.
  await panel.locator('h2', { hasText: 'At the cursor' }).waitFor({ timeout: PATIENT.timeoutMs });
  assert.ok((await panel.locator('.token-strip .token:visible').count()) > 5);
  await session.screenshot('inside-features-cursor');
});
