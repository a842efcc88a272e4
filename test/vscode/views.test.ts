/** The views, the menu, and directions of one's own: fitted, used and removed in VS Code. */
import assert from 'node:assert/strict';
import { DEFAULT_MODEL } from '../../src/core/models/catalogue.ts';
import type { Locator } from 'playwright-core';
import type { Editor } from './harness/editor.ts';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';

const { session, scenario } = useVSCode({
  files: {
    'main.cpp': '#include <vector>\n\nint main() {\n    std::vector<int> v;\n    return 0;\n}\n',
    'polite.txt':
      'Could you please add two numbers?\nWould you kindly sort a list, please?\nPlease be so good as to open a file.\n',
    'blunt.txt': 'Add two numbers.\nSort a list.\nOpen a file.\n',
  },
});

async function row(editor: Editor, view: string, text: string): Promise<Locator> {
  const found = editor.rows(view).filter({ hasText: text }).first();
  await found.waitFor();
  return found;
}

scenario('the views show the model, and the directions by language', async (editor) => {
  await editor.openFile('main.cpp', 1);
  await editor.runCommand('View: Show Steerscope');
  await row(editor, 'Models', DEFAULT_MODEL.name);
  for (const language of ['Python', 'C++', 'Java']) await row(editor, 'Directions', language);
  await session.screenshot('views');
});

scenario('a click on the status bar offers what can be done', async (editor) => {
  await editor.page.locator('.statusbar-item[id$="steerscope.status"] a').click();
  // Until then the rows are those of whatever was asked last.
  await until('the menu', async () => (await editor.quickTitle()) === 'Steerscope');
  const items = await until('its entries', async () => {
    const shown = await editor.quickItems();
    return shown.some((item) => item.includes('Get started')) && shown;
  });
  await editor.closeQuickInput();
  for (const wanted of ['Choose steering', 'Complete here', 'Measure the language bias', 'Restart engine', 'Show log'])
    assert.ok(
      items.some((item) => item.includes(wanted)),
      `${wanted}: ${items.join(', ')}`,
    );
});

scenario(
  'a direction of one’s own is fitted from two files, shown in its view, and removed',
  async (editor, { profile }) => {
    await editor.runCommand('Steerscope: Fit a Direction from Two Sets of Texts…');
    await editor.pick('Two folders or files');
    for (const file of ['polite.txt', 'blunt.txt']) await editor.typePath(profile.file(file));
    await editor.typeAnswer('A name for the direction', 'polite');
    await editor.waitForNotification('The direction polite is fitted');
    await editor.closeNotifications();
    await editor.runCommand('View: Show Steerscope');
    // It stands below the languages, where the list must be moved to.
    await editor.rows('Directions').first().click();
    await editor.press('End');
    const own = await row(editor, 'Directions', 'polite');
    await session.screenshot('direction');
    await own.hover();
    await own.locator('.action-label[aria-label*="Remove"]').click();
    await editor.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
    await own.waitFor({ state: 'detached' });
  },
);

scenario('line by line: which language the model takes the lines to be in', async (editor) => {
  await editor.openFile('main.cpp', 1);
  await editor.runCommand('Steerscope: Turn the Line-by-Line Language Read-Out On or Off');
  const shown = await until('a read-out at the end of a line', async () => {
    const texts = await editor.lineEnds();
    return texts.length > 3 && texts;
  });
  assert.ok(
    shown.every((text) => /(?:≠ )?[\w+#]+ [01]\.\d\d/.test(text)),
    shown.join('\n'),
  );
  assert.ok(shown.filter((text) => text.includes('C++')).length > 2, shown.join('\n'));
  await session.screenshot('language-lines');
});
