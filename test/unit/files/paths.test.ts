import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { homeFolders, steerscopeHome, type HomeSurroundings } from '../../../src/files/paths.ts';

test('the home follows each platform', () => {
  const cases: [HomeSurroundings['platform'], HomeSurroundings['env'], string, string][] = [
    ['linux', {}, '/home/ada', '/home/ada/.local/share/steerscope'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ada', '/data/steerscope'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada', '/home/ada/.local/share/steerscope'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ada', '/home/ada/.local/share/steerscope'],
    ['linux', { STEERSCOPE_HOME: '/elsewhere', XDG_DATA_HOME: '/data' }, '/home/ada', '/elsewhere'],
    ['linux', { STEERSCOPE_HOME: '' }, '/home/ada', '/home/ada/.local/share/steerscope'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/Users/ada', '/Users/ada/Library/Application Support/Steerscope'],
    ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ada', 'D:\\Local\\Steerscope'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\Steerscope'],
  ];
  for (const [platform, env, homeFolder, expected] of cases) {
    assert.equal(steerscopeHome({ platform, env, homeFolder }), expected, `${platform} ${JSON.stringify(env)}`);
  }
});

test('a relative STEERSCOPE_HOME is made absolute', () => {
  const home = steerscopeHome({ platform: 'linux', env: { STEERSCOPE_HOME: 'mine' }, homeFolder: '/home/ada' });
  assert.equal(home, path.posix.resolve('mine'));
});

test('the folders of a home are inside it and apart', () => {
  const folders = Object.values(homeFolders(path.join('x', 'home')));
  assert.equal(new Set(folders).size, folders.length);
  for (const folder of folders) assert.equal(path.dirname(folder), path.join('x', 'home'));
});
