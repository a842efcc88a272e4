/** A page that is made anew, as the editor does with one that was hidden: everything is there again, once. */
import assert from 'node:assert/strict';
import { until } from '../vscode/harness/until.ts';
import { useBiasPages } from './harness/biasPages.ts';
import { IDLE } from './harness/fakeBias.ts';
import { drawnIn } from './harness/canvasRecorder.ts';
import { seenOn } from './harness/seen.ts';
import { STATES } from './harness/states.ts';

const scenario = useBiasPages();

scenario(
  'a page that is made anew shows what the one before it did, and the one before is told nothing',
  async (open) => {
    const { panel, host, reload } = await open(STATES.sweep);
    const before = [await seenOn(panel), await drawnIn(panel, 'sweep')];
    const { pageId } = panel;
    for (let i = 0; i < 3; i++) {
      await reload();
      await until('the page before it is given up', () => host.watcherCount === 1);
      assert.notEqual(panel.pageId, pageId);
      assert.deepEqual([await seenOn(panel), await drawnIn(panel, 'sweep')], before);
    }
  },
);

scenario('a study goes on while its page is away', async (open) => {
  const { panel, host, reload, show } = await open(STATES.measuring);
  host.show({ ...STATES.measuring, work: { ...STATES.measuring.work, answers: 54, tokens: 5184 } });
  await reload();
  const { progress } = await seenOn(panel);
  assert.deepEqual(progress, ['50', '54 of 108 answers · steered to C++ · about 47 s left']);
  await show(STATES.sweep);
  assert.equal((await seenOn(panel)).pictures.length, 4);
  assert.deepEqual(host.asked, [], 'a page that is made anew asks for no work');
});

scenario(
  'the page keeps what the host gives it for the time after a reload of the window, and the newest',
  async (open) => {
    const kept = {
      settings: { direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 6, sweep: false },
      study: STATES.sweep.studyId,
    } as const;
    const { panel, show } = await open({ ...IDLE, state: { settings: null, study: null } });
    assert.deepEqual(await panel.page.evaluate('window.keptState'), { settings: null, study: null });
    await show({ ...STATES.sweep, settings: kept.settings, state: kept });
    assert.deepEqual(await panel.page.evaluate('window.keptState'), kept);
  },
);

scenario('fields show what the host has chosen, whatever was there before', async (open) => {
  const { panel, show, reload } = await open();
  const fields = (): Promise<unknown> =>
    panel.page.evaluate(`[...document.querySelectorAll('vscode-dropdown, vscode-checkbox')]
      .filter((field) => field.checkVisibility()).map(({ localName, value, checked }) => localName === 'vscode-checkbox' ? checked : value)`);
  assert.deepEqual(await fields(), ['cpp', 'core', 'instruction', '12', true]);
  const chosen = { direction: 'rust', tasks: 'study', styles: ['question'], prompts: 84, sweep: false } as const;
  await show({ ...STATES['past studies'], settings: chosen });
  assert.deepEqual(await fields(), ['rust', 'study', 'question', '84', false, '']);
  await reload();
  assert.deepEqual(await fields(), ['rust', 'study', 'question', '84', false, '']);
  await show({ ...STATES.sweep, settings: { ...chosen, direction: null } });
  assert.deepEqual(await fields(), ['', 'study', 'question', '84', false, STATES.sweep.studyId, '']);
});
