/** Where the artefacts lie that come with Steerscope: the folders of `media`, beside the program's own folder. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ShippedKind = 'directions' | 'probes' | 'saes';

/** The nearest such folder of `media` above this file, in the bundle as in the sources. */
export function shippedFolder(kind: ShippedKind): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = dirname(folder); up !== folder; folder = up, up = dirname(up)) {
    const candidate = join(folder, 'media', kind);
    if (existsSync(candidate)) return candidate;
  }
  return join(folder, 'media', kind);
}
