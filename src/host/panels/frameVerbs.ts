/** The host's end of what the frame of every panel asks for. */
import * as vscode from 'vscode';
import { FRAME_WORDS, type FrameService } from '../../protocol/panels/frame.ts';
import { localised } from './localised.ts';

export const frameVerbs: FrameService = {
  frameWords: async () => localised(FRAME_WORDS),
  copy: async ({ text }) => {
    await vscode.env.clipboard.writeText(text);
    return null;
  },
  savePicture: async ({ name, png }) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('The file to write the picture to'),
      filters: { PNG: ['png'] },
      defaultUri: folder ? vscode.Uri.joinPath(folder.uri, `${name}.png`) : vscode.Uri.file(`${name}.png`),
    });
    if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(png, 'base64'));
    return null;
  },
};
