/** Grey text with the real model: after a pause, steered by a lens and by the file, taken, compared, taken apart. */
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { readGguf } from '../../src/core/format/gguf/index.ts';
import { createTokenizer, type Tokenizer } from '../../src/core/tokenizer/index.ts';
import { openFileSource } from '../../src/engine/fileSource.ts';
import { judgeCode } from '../../src/engine/judge/judge.ts';
import { realModelPath } from '../realModel.ts';
import type { Editor } from './harness/editor.ts';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';

const TASK = '// Write a program that reads numbers, sorts them, and prints their mean and their median.\n\n\n';

const { scenario } = useVSCode({
  files: {
    'median.cpp': TASK,
    'auto.cpp': TASK,
    'middle.py':
      'def mean(values):\n    """The arithmetic mean."""\n    return \n\n\ndef variance(values):\n    m = mean(values)\n',
    'manual.rs':
      '/// The mean of some values.\nfn mean(values: &[f64]) -> f64 {\n\n    total / values.len() as f64\n}\n',
    'notes/skipped.cpp': TASK,
  },
  settings: {
    'steerscope.completion.maxTokensOnRequest': 128,
    '[rust]': { 'steerscope.completion.mode': 'manual' },
    'steerscope.completion.exclude': ['**/notes/**'],
  },
});

let tokenizer: Tokenizer;
before(async () => {
  const source = openFileSource(await realModelPath());
  tokenizer = createTokenizer(readGguf(source).metadata);
  source.close();
});

/** Takes the grey text, and returns what it put into the file; the file is as before. */
async function taken(editor: Editor, name: string): Promise<string> {
  const before = editor.profile.read(name);
  await editor.press('Tab');
  await editor.waitForNoGhostText();
  const after = await editor.savedText(name);
  await until('the file is as before', async () => {
    await editor.press('Control+z');
    return (await editor.savedText(name)) === before;
  });
  return added(before, after);
}

/** What stands in `after` and not in `before`: both begin and end alike. */
function added(before: string, after: string): string {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  return after.slice(from, after.length - (before.length - from));
}

scenario('grey text comes after a pause, and goes on what stands there', async (editor) => {
  await editor.openFile('middle.py', 3, 12);
  await editor.waitForStatus('auto (Python)');
  // In a new window VS Code may not yet ask anybody about the first keys.
  const typed = async (): Promise<string | false> => {
    await editor.type('s');
    try {
      return await editor.waitForGhostText(() => true, { timeoutMs: 20_000 });
    } catch {
      await editor.press('Backspace');
      return false;
    }
  };
  const text = await until('grey text after a key', typed, { timeoutMs: 150_000 });
  assert.match(text, /\S/);
  await editor.waitForStatus('smollm2');
  await editor.press('Tab');
  const saved = await editor.savedText('middle.py');
  assert.ok(saved.includes(`return s${text.split('\n')[0] ?? ''}`), saved);
});

scenario('the lens to C++ changes what is written, and off brings the old text back', async (editor) => {
  await editor.openFile('median.cpp', 2);
  const written: string[] = [];
  for (const lens of ['off', 'C++', 'off']) {
    await editor.clickLens(lens);
    await until('the choice is marked', async () => (await editor.lenses())[0]?.includes(`✓ ${lens}`));
    await editor.waitForGhostText();
    written.push(await taken(editor, 'median.cpp'));
    await until('the place is there again', async () => (await editor.lenses())[0]?.includes(`✓ ${lens}`));
  }
  const [off = '', steered = '', offAgain] = written;
  for (const text of [off, steered]) assert.ok(tokenizer.encode(text).length >= 96, `too short to judge: ${text}`);
  assert.equal((await judgeCode(off)).language, 'python', off);
  assert.equal((await judgeCode(steered)).language, 'cpp', steered);
  assert.equal(offAgain, off);
});

scenario('by itself a place is steered to the language of its file', async (editor) => {
  await editor.openFile('auto.cpp', 2);
  await editor.waitForStatus('auto (C++)');
  await editor.runCommand('Steerscope: Complete Here');
  await editor.waitForGhostText();
  const text = await taken(editor, 'auto.cpp');
  assert.equal((await judgeCode(text)).language, 'cpp', text);
});

scenario('what is typed as it was suggested keeps the rest of the suggestion', async (editor) => {
  await editor.openFile('auto.cpp', 2);
  await editor.runCommand('Steerscope: Complete Here');
  const shown = await editor.waitForGhostText((text) => text.includes('\n'));
  const typed = shown.slice(0, 4);
  await editor.type(typed);
  await editor.waitForGhostText((text) => text === shown.slice(typed.length));
  await editor.press('Escape');
  await editor.waitForNoGhostText();
});

scenario(
  'the completion is taken apart: what was asked, added, paid, and what each layer would have written',
  async (editor) => {
    await editor.runCommand('Steerscope: Inspect This Completion');
    const frame = await editor.webview('h1:has-text("The completion at auto.cpp:2")');
    const text = await frame.locator('body').innerText();
    assert.match(text, /Steering: cpp × 1, layers /);
    assert.match(text, /Written: \d+ tokens in \d+ ms/);
    assert.match(text, /sorts them, and prints their mean/);
    assert.equal(await frame.locator('table tbody tr').count(), 30, 'a row for each layer');
  },
);

scenario('steered and unsteered stand side by side', async (editor) => {
  await editor.closeAll();
  await editor.openFile('auto.cpp', 2);
  await editor.runCommand('Steerscope: Compare Steered with Unsteered Here');
  await editor.page.locator('.tab.active', { hasText: 'auto.cpp: unsteered ↔ auto' }).waitFor();
  const [left, right] = ['original', 'modified'].map((side) =>
    editor.page.locator(`.monaco-diff-editor .editor.${side} .view-lines`),
  );
  await until('Python on the left', async () => (await left?.innerText())?.includes('def'));
  await until('C++ on the right', async () => (await right?.innerText())?.includes('#include'));
});

scenario('here, once, in another language: the choice in force stays', async (editor) => {
  await editor.openFile('auto.cpp', 2);
  await editor.runCommand('Steerscope: Generate Here in…');
  await editor.pick('Java');
  await editor.waitForGhostText();
  assert.match(await editor.waitForStatus('auto (C++)'), /smollm2/);
  const text = await taken(editor, 'auto.cpp');
  assert.equal((await judgeCode(text)).language, 'java', text);
});

scenario('for the file: what is chosen steers it, more strongly when asked, and survives a reload', async (editor) => {
  await editor.openFile('auto.cpp', 2);
  await editor.runCommand('Steerscope: Choose Steering…');
  await editor.pick('Rust');
  await editor.pick('For this file');
  await editor.waitForStatus('Rust');
  await editor.runCommand('Steerscope: Steer More Strongly');
  const stronger = await editor.waitForStatus('Rust ×');
  await editor.reload();
  await editor.openFile('auto.cpp', 2);
  await editor.waitForStatus('Rust ×1.25');
  assert.match(stronger, /Rust ×1\.25/);
});

scenario('a file that is kept out gets nothing, and says so when asked', async (editor) => {
  await editor.openFile('skipped.cpp', 2);
  await editor.runCommand('Steerscope: Complete Here');
  await editor.waitForNotification('exclude');
  assert.equal(await editor.ghostText(), '');
  await editor.closeNotifications();
});

scenario('in manual mode nothing comes while typing, and something when asked', async (editor) => {
  await editor.openFile('manual.rs', 3, 1);
  await editor.type('    let total = ');
  // Many times the pause after which an automatic one is asked for.
  await editor.page.waitForTimeout(2000);
  assert.equal(await editor.ghostText(), '');
  await editor.runCommand('Steerscope: Complete Here');
  await editor.waitForGhostText();
});
