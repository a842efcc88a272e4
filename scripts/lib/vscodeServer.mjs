/** How the VS Code of the tests is started: as a server on the loopback interface, with a profile of its own. */
import path from 'node:path';

/** What it prints when it is ready: the first group is the address. */
export const LISTENING = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/;

/** No gallery: VS Code itself would ask one for updates. */
export const SERVER_ENVIRONMENT = { EXTENSIONS_GALLERY: '{"serviceUrl":""}' };

/** The folders of a profile, all inside of one folder. */
export function profileFolders(folder) {
  const inside = (name) => path.join(folder, name);
  return { folder, userData: inside('data'), extensions: inside('extensions'), workspace: inside('workspace') };
}

/** The arguments for Node, of which `more` is the action or further flags. A free port is chosen by the system. */
export function serverArguments(vscode, { folder, userData, extensions }, more = []) {
  const inside = (name) => path.join(folder, name);
  return [
    path.join(vscode, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--config', inside('config.yaml')],
    ...['--session-socket', inside('session.sock'), '--extensions-dir', extensions, '--user-data-dir', userData],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...more,
  ];
}

/** The environment without what a surrounding VS Code has set for its own terminals. */
export function outsideOfVSCode(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:VSCODE_|ELECTRON_)/.test(name)));
}
