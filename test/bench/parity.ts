/** Writes docs/figures/parity.md: how far exact precision is from PyTorch, a row for every hook point. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { openReal } from '../golden/model.ts';
import { measureParity, TOLERANCE, type ParityRow } from '../golden/parity.ts';
import { texts } from '../golden/reference.ts';
import { describeMachine, thisMachine } from './machine.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);

function layerList(layers: readonly number[]): string {
  if (layers.length === 0) return '-';
  const isRun = layers.length > 2 && layers.every((layer, i) => layer === layers[0] + i);
  return isRun ? `${layers[0]} to ${layers.at(-1)}` : layers.join(', ');
}

function tableRow({ hook, layers, worst, at }: ParityRow): string {
  return `| \`${hook}\` | ${layerList(layers)} | ${worst === 0 ? '0' : worst.toExponential(1)} | ${TOLERANCE.toExponential(0)} | ${at || '-'} |`;
}

const rows = await measureParity(await openReal('exact'));
const page = `# Parity with PyTorch, hook by hook

The largest relative error of exact precision over ${texts.length} texts (${texts.map((text) => text.name).join(', ')}): the norm of
the difference over the norm of the reference, at each position. The reference is the default model in PyTorch, float32, on
the weights of the same file (\`test/golden/make_reference.py\`). \`hook_resid_pre\` is measured against the stream that the
reference has below the layer, \`hook_normalized\` against the norm with its gain; of patterns and scores a position is a query.

| hook | layers | largest error | tolerance | where |
| --- | --- | --- | --- | --- |
${rows.map(tableRow).join('\n')}

${describeMachine(thisMachine())} Made by \`npx tsx test/bench/parity.ts\`; \`test/golden/hooks.test.ts\` holds every row to its tolerance.
`;
mkdirSync(FIGURES, { recursive: true });
writeFileSync(new URL('parity.md', FIGURES), page);
console.log(page);
