/** node-llama-cpp in a process of its own that has read a prompt and waits, so that its memory can be looked at. */
import { openPeer } from './peer.ts';

const [model, threads, tokens] = process.argv.slice(2);
const peer = await openPeer(model, Number(threads), 2 * Number(tokens));
await peer?.prefill(Array.from({ length: Number(tokens) }, (_, i) => 3 + ((i * 7) % 250)));
console.log(peer ? 'ready' : 'absent');
process.stdin.resume();
