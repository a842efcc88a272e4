/** Takes a package of the extension (VSIX, a ZIP file) apart. */
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** What is in a package: the name of every file with its size in bytes. */
export async function listPackage(vsix: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  await eachEntry(vsix, async (entry) => void sizes.set(entry.fileName, entry.uncompressedSize));
  return sizes;
}

/** Unpacks it all into a folder. Our own file, so its names are not held to be hostile. */
export async function unzip(vsix: string, folder: string): Promise<void> {
  await eachEntry(vsix, async (entry, zip) => {
    const target = path.join(folder, entry.fileName);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), fs.createWriteStream(target));
  });
}

async function eachEntry(vsix: string, visit: (entry: Entry, zip: ZipFile) => Promise<void>): Promise<void> {
  const zip = await openPromise(vsix, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) await visit(entry, zip);
  } finally {
    zip.close();
  }
}
