/** The report: what is run in a terminal, and that it is opened only when that has come to a good end. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { until } from '../../files/support.ts';
import { chooseModel, complaints, settled } from '../support.ts';
import { fake } from '../fake/state.ts';
import { endTask, executions, tasks, taskListeners } from '../fake/taskRuns.ts';
import { Uri } from '../fake/values.ts';
import { prepare as prepareCommands, run, sentences } from './support.ts';

async function prepare(t: TestContext) {
  executions.length = 0;
  const services = await prepareCommands(t);
  return { ...services, model: await chooseModel(services.home, 'mine') };
}

/** Asks for a report on C++; returns once it is being made, with what resolves at its end. */
async function begin(): Promise<{ readonly ended: Promise<void> }> {
  fake.answers.push('C++');
  const ended = run('openReport');
  await until(() => executions.length > 0);
  return { ended };
}

test('the terminal program makes it, with the model and the home of the settings, into a folder that is there', async (t) => {
  const { home, model } = await prepare(t);
  fake.set('steerscope.threads', 3);
  fake.set('steerscope.precision', 'exact');
  const { ended } = await begin();
  const { execution, presentationOptions } = executions[0].task;
  const file = path.join(home, 'storage', 'report-cpp.html');
  const options = ['--target', 'cpp', '--report', file, '--model', model, '--precision', 'exact', '--threads', '3'];
  assert.deepEqual(execution.args, [path.join('/extension', 'dist', 'cli.js'), 'tour', ...options]);
  assert.deepEqual(execution.options.env, { ELECTRON_RUN_AS_NODE: '1', STEERSCOPE_HOME: home });
  assert.deepEqual(presentationOptions, { reveal: 1, panel: 2 });
  assert.ok((await fs.stat(path.dirname(file))).isDirectory());
  assert.deepEqual(fake.executed, []);
  endTask(0);
  await ended;
  assert.deepEqual(fake.executed, [{ command: 'openExternal', args: [Uri.file(file).toString()] }]);
});

for (const status of [1, 130, undefined])
  test(`one that ends with ${status} is not opened, nothing pops up beside its terminal, and nobody listens on`, async (t) => {
    await prepare(t);
    const { ended } = await begin();
    assert.equal(taskListeners(), 1);
    endTask(status);
    await ended;
    assert.deepEqual([fake.executed, sentences(), complaints(), taskListeners()], [[], [], [], 0]);
  });

test('one that ends before the editor says that it runs has ended too', async (t) => {
  await prepare(t);
  t.mock.method(tasks, 'executeTask', async (task: never) => {
    executions.push({ task });
    endTask(0);
    await settled();
    return executions[0];
  });
  fake.answers.push('C++');
  await run('openReport');
  assert.equal(fake.executed.at(-1)?.command, 'openExternal');
});

test('where the editor refuses to run it, as in a restricted workspace, that is told', async (t) => {
  await prepare(t);
  t.mock.method(tasks, 'executeTask', () => Promise.reject(new Error('Tasks are disabled. Trust the workspace.')));
  fake.answers.push('C++');
  await run('openReport');
  assert.deepEqual(sentences(), ['Tasks are disabled. Trust the workspace.']);
  assert.equal(taskListeners(), 0);
});
