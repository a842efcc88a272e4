/** The store's file calls on the real disk, every one of which can be made to fail. */
import type { StoreFiles } from '../../../src/engine/store/storeFiles.ts';
import { storeFiles } from '../../../src/engine/store/storeFiles.ts';
import { watchedFiles } from '../files/support.ts';
import type { FileCall } from '../files/support.ts';

export type StoreCall = FileCall | 'inspect' | 'read';

/** `before` sees every call first, with its number from 0, and may throw in its place. */
export function watchedStoreFiles(before: (call: StoreCall, index: number) => void): StoreFiles & { count: number } {
  const see = (call: StoreCall): void => before(call, files.count++);
  const files: StoreFiles & { count: number } = {
    ...watchedFiles(see),
    count: 0,
    inspect: async (path) => {
      see('inspect');
      return storeFiles.inspect(path);
    },
    read: async (path, maxBytes) => {
      see('read');
      return storeFiles.read(path, maxBytes);
    },
  };
  return files;
}
