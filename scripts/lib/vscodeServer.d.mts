/** Types of vscodeServer.mjs, for the tests. */
export interface ProfileFolders {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
  readonly workspace: string;
}
export const LISTENING: RegExp;
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>>;
export function profileFolders(folder: string): ProfileFolders;
export function serverArguments(
  vscode: string,
  folders: Omit<ProfileFolders, 'workspace'>,
  more?: readonly string[],
): string[];
export function outsideOfVSCode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
