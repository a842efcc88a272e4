/** Starts two toy engines, puts them to work, prints their process ids and waits for its own end. */
import { startToy } from '../unit/client/startToy.ts';

const [state] = process.argv.slice(2);
const engines = [await startToy(), await startToy()];
for (const { client } of engines) {
  if (state === 'ticking') void client.tick(null);
  if (state === 'blocked') void client.block({ ms: 1500 });
}
console.log(JSON.stringify(engines.map(({ pid }) => pid)));
