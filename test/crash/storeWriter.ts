/**
 * A process that writes to a store until it is done or killed, and says on stdout what has been acknowledged: a line
 * `NAME N` after each save. Arguments: folder, mode (`fill`: new names and one that is replaced; `race`: names that a
 * second process wants too), number of writes, width of the tensors.
 */
import { writeSync } from 'node:fs';
import { SteerscopeError } from '../../src/core/errors.ts';
import { openStore } from '../../src/engine/store/store.ts';
import { sampleDraft, sampleTensors } from '../unit/core/artefact/sample.ts';

const [folder = '', mode, count, width] = process.argv.slice(2);
const store = openStore(folder);
// The start of this process, so that its names are its own.
const run = process.pid;

for (let n = 1; n <= Number(count); n++) {
  if (mode === 'fill') {
    await save(`new-${run}-${n}`, n, false);
    await save('replaced', n, true);
  } else {
    await save(`name-${n}`, run, false);
    await save('replaced', run * 10_000 + n, true);
    if (n % 5 === 0) await store.load('replaced');
  }
}

async function save(name: string, n: number, replace: boolean): Promise<void> {
  try {
    await store.save(sampleDraft(name, n), sampleTensors(n, Number(width)), { replace });
    // Written at once: a line that a kill takes away with a buffer would not count as acknowledged.
    writeSync(1, `${name} ${n}\n`);
  } catch (error) {
    if (!SteerscopeError.is(error, 'name-exists')) throw error;
  }
}
