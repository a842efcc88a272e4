/**
 * Where Steerscope keeps its files on this machine. Only computes paths: touches no disk, creates no folder.
 */
import os from 'node:os';
import path from 'node:path';

/** What the place of the home depends on; the running process' own values unless a caller (a test) says otherwise. */
export interface HomeSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
}

const here = (): HomeSurroundings => ({ env: process.env, platform: process.platform, homeFolder: os.homedir() });

/**
 * The folder that editor and terminal share: `STEERSCOPE_HOME` where it is set, else the user's data folder by the
 * platform's convention. Always absolute.
 */
export function steerscopeHome({ env, platform, homeFolder }: HomeSurroundings = here()): string {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  if (env.STEERSCOPE_HOME) return paths.resolve(env.STEERSCOPE_HOME);
  if (platform === 'win32') {
    return paths.join(env.LOCALAPPDATA || paths.join(homeFolder, 'AppData', 'Local'), 'Steerscope');
  }
  if (platform === 'darwin') return paths.join(homeFolder, 'Library', 'Application Support', 'Steerscope');
  // The XDG base directory specification: a relative path there is to be ignored.
  const xdg = env.XDG_DATA_HOME;
  const dataFolder = xdg && paths.isAbsolute(xdg) ? xdg : paths.join(homeFolder, '.local', 'share');
  return paths.join(dataFolder, 'steerscope');
}

/** The folders inside a home, by what they hold. */
export interface HomeFolders {
  /** Model files that Steerscope fetched. */
  readonly models: string;
  /** Artefacts: vectors, probes, studies. */
  readonly store: string;
  /** Weights repacked for a graph; may be deleted at any time. */
  readonly packed: string;
  /** Finished results of work that need not be done again; may be deleted at any time. */
  readonly runs: string;
  /** Trainings that were broken off, to be gone on with. */
  readonly training: string;
  /** What local model files hashed to, so that a start need not read them again; may be deleted at any time. */
  readonly hashes: string;
}

export function homeFolders(home: string): HomeFolders {
  const inside = (name: string): string => path.join(home, name);
  return {
    models: inside('models'),
    store: inside('store'),
    packed: inside('packed'),
    runs: inside('runs'),
    training: inside('training'),
    hashes: inside('hashes'),
  };
}
