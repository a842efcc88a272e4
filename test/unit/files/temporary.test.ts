import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanTemporaryFiles, hostTag, isProcessAlive, temporaryPath } from '../../../src/files/temporary.ts';
import { scratch, systemError, watchedFiles } from './support.ts';

const HOUR = 3600 * 1000;
const deadPid = spawnSync(process.execPath, ['--version']).pid;

/** A temporary name as another process would have made it. */
function nameOf(pid: number, host = hostTag): string {
  return `a.gguf.${pid}-${host}-0123456789abcdef.steerscope-tmp`;
}

test('a temporary name is fresh, beside its target, and tells its maker', () => {
  const target = path.join('some', 'folder', 'a.gguf');
  const [one, two] = [temporaryPath(target), temporaryPath(target)];
  assert.notEqual(one, two);
  assert.equal(path.dirname(one), path.dirname(target));
  assert.ok(path.basename(one).startsWith(`a.gguf.${process.pid}-${hostTag}-`));
});

test('a process is known to live or not', () => {
  assert.ok(isProcessAlive(process.pid));
  assert.ok(!isProcessAlive(deadPid));
});

test('left-overs go: of dead makers at once, of others when old; nothing else is touched', async (t) => {
  const folder = await scratch(t);
  const old = new Date(Date.now() - 3 * HOUR);
  const otherHost = hostTag === '00000000' ? '11111111' : '00000000';
  const put = async (name: string, when?: Date): Promise<string> => {
    await fs.writeFile(path.join(folder, name), 'x');
    if (when) await fs.utimes(path.join(folder, name), when, when);
    return name;
  };
  const removed = [await put(nameOf(deadPid)), await put(`old.${nameOf(process.pid)}`, old)];
  removed.push(await put(`old.${nameOf(deadPid, otherHost)}`, old));
  const folderLeft = `pip.${nameOf(deadPid)}`;
  await fs.mkdir(path.join(folder, folderLeft, 'inner'), { recursive: true });
  removed.push(folderLeft);
  const kept = [
    await put(nameOf(process.pid)),
    // The process id of another machine says nothing here.
    await put(`other.${nameOf(deadPid, otherHost)}`),
    await put('a.gguf', old),
    await put('a.tmp', old),
    await put(`${deadPid}-${hostTag}.steerscope-tmp`, old),
    await put(`${nameOf(deadPid)}.gguf`, old),
  ];
  assert.deepEqual((await cleanTemporaryFiles(folder, HOUR)).sort(), removed.sort());
  assert.deepEqual((await fs.readdir(folder)).sort(), kept.sort());
});

test('tidying never throws', async (t) => {
  const folder = await scratch(t);
  assert.deepEqual(await cleanTemporaryFiles(path.join(folder, 'none'), 0), []);
  await fs.writeFile(path.join(folder, nameOf(deadPid)), 'x');
  for (const failing of ['list', 'remove'] as const) {
    const files = watchedFiles((call) => {
      if (call === failing) throw systemError('EACCES');
    });
    assert.deepEqual(await cleanTemporaryFiles(folder, 0, files), []);
  }
});
