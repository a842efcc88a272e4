/**
 * package.json as the editor and the galleries read it, held against the files it names and the sources that stand behind
 * it: what is promised there exists, and what exists is promised.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/lib/install.mjs';
import { filesOfManifest } from '../../scripts/lib/packageFiles.mjs';
import { PANEL_IDS } from '../../src/protocol/panels/panel.ts';
import {
  commandLinks,
  contextKeys,
  namedSettings,
  readSettings,
  registeredCommands,
  usedCommands,
} from './host/hostSources.ts';
import type { Manifest } from './host/manifestTypes.ts';

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const strings = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const settings = contributes.configuration.properties;
const commandIds = contributes.commands.map(({ command }) => command);
const menuItems = Object.values(contributes.menus).flat();
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const viewIds = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

/** What is in `wanted` and not in `there`. */
function missing(wanted: Iterable<string>, there: Iterable<string>): string[] {
  const known = new Set(there);
  return [...new Set(wanted)].filter((one) => !known.has(one));
}

/** Every condition of the manifest. */
function conditions(): string[] {
  const found: string[] = [];
  JSON.stringify(contributes, (key, value: unknown) => {
    if ((key === 'when' || key === 'enablement') && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}

test('every text that the manifest asks for is in package.nls.json, and none there is without use', () => {
  const asked = [...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? '');
  assert.deepEqual(missing(asked, Object.keys(strings)), []);
  assert.deepEqual(missing(Object.keys(strings), asked), []);
});

test('every file that it names is there', () => {
  const named = filesOfManifest(manifest).filter((file) => !file.startsWith('dist'));
  assert.ok(named.length > 8, named.join(' '));
  assert.deepEqual(
    named.filter((file) => !fs.existsSync(path.join(ROOT, file))),
    [],
  );
});

test('every command has category and title, is there once, and some source registers it', () => {
  for (const { command, category, title } of contributes.commands) {
    assert.equal(category, 'Steerscope', command);
    assert.match(title, /^%command\.\w+%$/, command);
  }
  assert.equal(new Set(commandIds).size, commandIds.length);
  assert.deepEqual(missing(commandIds, registeredCommands()), []);
});

test('every command that is run, linked, bound to a key or waited for is registered', () => {
  const registered = registeredCommands();
  assert.ok(registered.size > 20, [...registered].join(' '));
  const keys = (contributes.keybindings ?? []).map(({ command }) => command);
  const events = steps.flatMap(({ completionEvents }) => completionEvents);
  const awaited = events.flatMap((event) => /^onCommand:(.+)$/.exec(event)?.[1] ?? []);
  assert.deepEqual(missing(usedCommands(), registered), []);
  assert.deepEqual(missing([...Object.values(strings).flatMap(commandLinks), ...keys, ...awaited], registered), []);
});

test('menus show what is contributed, in places that exist', () => {
  const shown = menuItems.flatMap(({ command }) => command ?? []);
  assert.deepEqual(missing(shown, commandIds), []);
  const submenus = (contributes.submenus ?? []).map(({ id }) => id);
  assert.deepEqual(
    missing(
      menuItems.flatMap(({ submenu }) => submenu ?? []),
      submenus,
    ),
    [],
  );
  assert.deepEqual(missing(submenus, Object.keys(contributes.menus)), []);
  const views = conditions().flatMap((when) => [...when.matchAll(/\bview == ([\w.]+)/gi)].map(([, id]) => id ?? ''));
  assert.ok(views.length > 0);
  assert.deepEqual(missing([...views, ...contributes.viewsWelcome.map(({ view }) => view)], viewIds), []);
});

test('every context key that a condition asks for is set in one place, and every one set is asked for', () => {
  const { keys, files } = contextKeys();
  assert.deepEqual(files, ['contextKeys.ts']);
  const awaited = steps.flatMap(({ completionEvents }) =>
    completionEvents.flatMap((event) => /^onContext:(.+)$/.exec(event)?.[1] ?? []),
  );
  const asked = conditions()
    .flatMap((when) => when.match(/\bsteerscope\.\w+/g) ?? [])
    .filter((key) => !viewIds.includes(key));
  assert.deepEqual(missing([...asked, ...awaited], keys), []);
  assert.deepEqual(missing(keys, [...asked, ...awaited]), []);
});

test('every setting says where it may be set and what it does, has a default, and is read', () => {
  for (const [name, setting] of Object.entries(settings)) {
    assert.match(setting.scope ?? '', /^(?:machine|resource|language-overridable)$/, name);
    assert.match(setting.markdownDescription ?? '', /^%setting\.[\w.]+%$/, name);
    assert.notEqual(setting.default, undefined, name);
    assert.equal(setting.enum?.length, setting.markdownEnumDescriptions?.length, name);
  }
  assert.deepEqual(missing(Object.keys(settings), readSettings()), []);
  assert.deepEqual(missing(readSettings(), Object.keys(settings)), []);
});

test('settings that the sources write, toggle or follow exist', () => {
  const groups = Object.keys(settings).flatMap((name) => [name, name.split('.').slice(0, 2).join('.')]);
  const named = namedSettings();
  assert.ok(named.size > 3, [...named].join(' '));
  assert.deepEqual(missing(named, groups), []);
});

test('a workspace chooses neither what file is parsed nor where the home is', () => {
  for (const name of ['model', 'precision', 'threads', 'home'])
    assert.equal(settings[`steerscope.${name}`]?.scope, 'machine', name);
});

test('trust and virtual workspaces have reasons, and what is restricted exists', () => {
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  for (const { supported, description } of [untrustedWorkspaces, virtualWorkspaces]) {
    assert.equal(supported, 'limited');
    assert.match(description, /^%\w+%$/);
  }
  assert.ok(untrustedWorkspaces.restrictedConfigurations.length > 0);
  assert.deepEqual(missing(untrustedWorkspaces.restrictedConfigurations, Object.keys(settings)), []);
});

test('it is activated by what the editor cannot tell by itself, and by nothing else', () => {
  const panels = PANEL_IDS.map((id) => `onWebviewPanel:steerscope.${id}`);
  assert.deepEqual(manifest.activationEvents, ['onStartupFinished', ...panels]);
});

test('each view has a name and help for screen readers, and something to say while it is empty', () => {
  for (const view of Object.values(contributes.views).flat()) {
    assert.match(view.name, /^%[\w.]+%$/, view.id);
    assert.match(view.accessibilityHelpContent ?? '', /^%[\w.]+%$/, view.id);
    assert.ok(
      contributes.viewsWelcome.some(({ view: id }) => id === view.id),
      view.id,
    );
  }
});

test('the walkthrough has five steps, each with a picture that is described and a way to be done', () => {
  assert.equal(steps.length, 5);
  for (const { id, media, completionEvents } of steps) {
    assert.match(media.altText, /^%[\w.]+%$/, id);
    assert.ok(completionEvents.length > 0, id);
  }
});

test('the pictures of the walkthrough have no colour but those of the theme, and no style, which the editor refuses', () => {
  for (const { media } of steps) {
    const picture = read(media.svg);
    const colours = [...picture.matchAll(/\b(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? '');
    assert.ok(colours.length > 0, media.svg);
    for (const colour of colours) assert.match(colour, /^(?:none|var\(--vscode-.+\))$/, media.svg);
    assert.doesNotMatch(picture, /<style|\bstyle=|\bclass=/, media.svg);
  }
});

test('the galleries take it: keywords, icon, repository, licence', () => {
  assert.ok(manifest.keywords.length > 5 && manifest.keywords.length <= 30, String(manifest.keywords.length));
  assert.equal(new Set(manifest.keywords.map((word) => word.toLowerCase())).size, manifest.keywords.length);
  assert.match(manifest.repository.url, /^https:\/\/github\.com\/[\w-]+\/[\w-]+\.git$/);
  assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
  assert.ok(fs.existsSync(path.join(ROOT, 'LICENSE')));
  const icon = fs.readFileSync(path.join(ROOT, manifest.icon));
  assert.equal(icon.toString('latin1', 1, 4), 'PNG');
  const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
  assert.equal(width, height);
  assert.ok(width >= 128, `${width} pixels`);
});

test('the pictures of the README are files that a gallery can show by an address', () => {
  const pictures = [...read('README.md').matchAll(/!\[([^\]]*)\]\(([^)\s]+)/g)];
  assert.ok(pictures.length > 0);
  for (const [, described, file] of pictures) {
    assert.ok(described, `${file} has no description`);
    assert.match(
      file ?? '',
      /^[\w/.-]+\.(?:png|gif|jpe?g)$/,
      'a gallery shows no other kind, and no path out of the clone',
    );
    assert.ok(fs.existsSync(path.join(ROOT, file ?? '')), file);
  }
});
