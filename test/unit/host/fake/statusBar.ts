/** The editor's status bar: the items in it, as they are read and heard. */
import type { ThemeColor } from './values.ts';

export class FakeStatusBarItem {
  name = '';
  text = '';
  tooltip = '';
  command = '';
  accessibilityInformation: { readonly label: string; readonly role: string } | undefined;
  backgroundColor: ThemeColor | undefined;
  isShown = false;

  constructor(readonly id: string) {
    statusBarItems.set(id, this);
  }

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    this.isShown = false;
  }

  dispose(): void {
    statusBarItems.delete(this.id);
  }
}

/** By their ids; those that were disposed of are not among them. */
export const statusBarItems = new Map<string, FakeStatusBarItem>();

export function createStatusBarItem(id: string): FakeStatusBarItem {
  return new FakeStatusBarItem(id);
}
