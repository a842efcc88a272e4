/** Where the directions lie that come with Steerscope: `media/directions` beside the program's own folder. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest `media/directions` above this file, in the bundle as in the sources. */
export function shippedDirections(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = dirname(folder); up !== folder; folder = up, up = dirname(up)) {
    const candidate = join(folder, 'media', 'directions');
    if (existsSync(candidate)) return candidate;
  }
  return join(folder, 'media', 'directions');
}
