/** `sae train` in a process: options become parameters, the curve a table, and contradictions are refused. */
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { json, run } from './support.ts';

const CALL = ['sae', 'train', '--activations', 'acts', '--name', 'mine'];

interface Document {
  readonly manifest: { readonly params: Record<string, unknown> };
  readonly curve: readonly { readonly step: number }[];
}

test('what was not chosen is left to the engine', async () => {
  const { manifest, curve } = (await json(...CALL)) as Document;
  assert.deepEqual(manifest.params, {
    activations: path.resolve('acts'),
    name: 'mine',
    replace: false,
    resume: false,
    architecture: 'topk',
    seed: 0,
    memoryBytes: 512e6,
    checkpointMinutes: 2,
  });
  assert.deepEqual(
    curve.map(({ step }) => step),
    [1, 2, 3],
  );
});

test('every option gets through', async () => {
  const options = '--architecture jumprelu --d-sae 64 --sparsity 0.5 --batch 16 --tokens 4096 --lr 0.01 --memory 32';
  const more = '--checkpoint 0.5 --resume --replace --seed 7';
  const { manifest } = (await json(...CALL, ...`${options} ${more}`.split(' '))) as Document;
  const { activations, name, ...rest } = manifest.params;
  assert.deepEqual([activations, name], [path.resolve('acts'), 'mine']);
  assert.deepEqual(rest, {
    architecture: 'jumprelu',
    dSae: 64,
    sparsity: 0.5,
    batch: 16,
    tokens: 4096,
    learningRate: 0.01,
    memoryBytes: 32e6,
    checkpointMinutes: 0.5,
    resume: true,
    replace: true,
    seed: 7,
  });
});

test('the curve is a table with the figures of the last step', async () => {
  const { status, stdout } = await run(...CALL);
  assert.equal(status, 0);
  assert.match(stdout, /step +loss +L0 +explained +held out +dead/);
  assert.match(stdout, /^ *3 +2\.500 +32\.0 +0\.875 +0\.750 +6\.3%$/m);
  assert.match(stdout, /3 steps in 1\.5 s/);
});

test('what contradicts itself or is out of range is refused', async () => {
  for (const wrong of [
    ['--steps', '5', '--tokens', '5'],
    ['--lr', '1'],
    ['--k', '0'],
    ['--architecture', 'gated'],
    ['--sparsity', '-1'],
  ]) {
    const { status, stderr } = await run(...CALL, ...wrong);
    assert.equal(status, 2, wrong.join(' '));
    assert.match(stderr, /^steerscope: /m);
  }
});
