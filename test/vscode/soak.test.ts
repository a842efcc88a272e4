/** In brief what `npm run soak` does at length: cancels, panels opened and closed, windows closed while the engine writes. */
import assert from 'node:assert/strict';
import { cancels } from '../soak/cancels.ts';
import { SOAKED_PANELS, panelCycles } from '../soak/panels.ts';
import { SOAK_OPTIONS, bindKeys, complaintsIn, completeOnce } from '../soak/soakSession.ts';
import { closings } from '../soak/windows.ts';
import { useVSCode } from './harness/session.ts';

const CANCELS = 20;
const PANELS = SOAKED_PANELS.length;
const WINDOWS = 2;

const { session, scenario } = useVSCode(SOAK_OPTIONS);

scenario('completions are called off by typing, one after another, by one engine', async (editor) => {
  bindKeys(session);
  await editor.ready();
  let cancelled = 0;
  for await (const { wasWriting } of cancels(session, CANCELS)) if (wasWriting) cancelled++;
  assert.equal(cancelled, CANCELS);
  assert.deepEqual(await editor.notifications(), []);
  assert.deepEqual(complaintsIn(editor.profile.log()), []);
});

// Before the panels: a panel that VS Code restores would come in front of the file.
scenario('windows are closed while the engine writes: no engine stays, the next window completes', async () => {
  let closed = 0;
  for await (const { complaints, abnormalExits } of closings(session, WINDOWS)) {
    assert.deepEqual([...complaints, ...abnormalExits], []);
    closed++;
  }
  assert.equal(closed, WINDOWS);
});

scenario('each panel is opened and closed, and the engine completes after it', async (editor) => {
  let cycles = 0;
  for await (const { engineBytes, hostBytes, hostHeapBytes } of panelCycles(session, PANELS)) {
    assert.ok(engineBytes > 0 && hostHeapBytes > 0 && hostBytes > hostHeapBytes);
    cycles++;
  }
  assert.equal(cycles, PANELS);
  await completeOnce(editor);
  assert.deepEqual(complaintsIn(editor.profile.log()), []);
});
