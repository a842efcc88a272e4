import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFits, surfaceNote } from '../../../../src/core/artefact/fits.ts';
import { canonicalJson } from '../../../../src/core/artefact/json.ts';
import { checkName, parseManifest } from '../../../../src/core/artefact/manifest.ts';
import { isScope } from '../../../../src/core/steering/scope.ts';
import type { ArtefactManifest } from '../../../../src/core/artefact/manifest.ts';
import { FormatError, ModelError, SteerscopeError } from '../../../../src/core/errors.ts';
import { sampleDraft, sampleModel } from './sample.ts';

const valid: ArtefactManifest = {
  schemaVersion: 1,
  id: '0123456789abcdef0123456789abcdef',
  ...sampleDraft('dim-cpp'),
  createdAt: '2026-08-01T12:00:00.000Z',
  tensors: {
    file: 'tensors.safetensors',
    sha256: 'ef'.repeat(32),
    entries: { 'direction.1': { dtype: 'F32', shape: [8] } },
  },
};

test('a manifest comes back as it was written', () => {
  assert.deepEqual(parseManifest(JSON.stringify(valid)), valid);
  const { target, source, ...endless } = valid;
  assert.deepEqual([target, source], ['cpp', 'python']);
  assert.deepEqual(parseManifest(JSON.stringify(endless)), endless);
});

test('every field is needed, and named where it is missing', () => {
  for (const field of Object.keys(valid).filter((key) => key !== 'target' && key !== 'source')) {
    const without = Object.fromEntries(Object.entries(valid).filter(([key]) => key !== field));
    assert.throws(
      () => parseManifest(JSON.stringify(without), 'the manifest of "dim-cpp"'),
      (error) => error instanceof FormatError && error.message.includes(`"dim-cpp" is not valid: ${field}`),
      field,
    );
  }
});

const wrong: readonly [string, object][] = [
  ['id', { id: '../../x' }],
  ['name', { name: 'Dim' }],
  ['name', { name: '-dim' }],
  ['name', { name: 'a'.repeat(65) }],
  ['kind', { kind: 'exe' }],
  ['target', { target: null }],
  ['createdAt', { createdAt: 'yesterday' }],
  ['model.dModel', { model: { ...sampleModel, dModel: 0 } }],
  ['model.fingerprint', { model: { ...sampleModel, fingerprint: 'short' } }],
  ['model.precision', { model: { ...sampleModel, precision: 'int2' } }],
  ['model.colour', { model: { ...sampleModel, colour: 'red' } }],
  ['model.weightTypes.F32', { model: { ...sampleModel, weightTypes: { F32: -1 } } }],
  ['hook', { hook: 'blocks.0.hook_resid_post' }],
  ['layers.1', { layers: [0, 1.5] }],
  ['layers', { layers: [3, 1] }],
  ['layers', { layers: [1, 1] }],
  ['layers', { layers: [4] }],
  ['scope', { scope: 'first:0' }],
  ['scope', { scope: 'everywhere' }],
  ['strength', { strength: null }],
  ['params', { params: [] }],
  ['seed', { seed: -1 }],
  ['medianNorms', { medianNorms: [1] }],
  ['medianNorms.0', { medianNorms: [-1, 1, 1, 1] }],
  ['tensors.file', { tensors: { ...valid.tensors, file: '../../etc/passwd' } }],
  ['tensors.sha256', { tensors: { ...valid.tensors, sha256: 'EF'.repeat(32) } }],
  ['tensors.entries', { tensors: { ...valid.tensors, entries: { '../x': { dtype: 'F32', shape: [] } } } }],
  ['extra', { extra: 1 }],
];
for (const [field, change] of wrong) {
  test(`a wrong ${field} is refused by name: ${JSON.stringify(change).slice(0, 60)}`, () => {
    assert.throws(
      () => parseManifest(JSON.stringify({ ...valid, ...change })),
      (error) => SteerscopeError.is(error, 'invalid-manifest') && error.message.includes(`: ${field}`),
    );
  });
}

test('another format version is refused as such, whatever else the manifest says', () => {
  for (const text of ['{"schemaVersion": 2}', JSON.stringify({ ...valid, schemaVersion: 0 })]) {
    assert.throws(
      () => parseManifest(text),
      (error) => SteerscopeError.is(error, 'schema-version') && /Use the version/.test(error.advice),
    );
  }
});

test('what is no manifest at all is refused', () => {
  for (const text of ['', '{', 'null', '[]', '3', '{"schemaVersion":"1"}', JSON.stringify(valid).slice(0, -1)]) {
    assert.throws(() => parseManifest(text), FormatError, text);
  }
});

test('data nested too deep is refused, without an overflow', () => {
  const depth = 100_000;
  const text = JSON.stringify(valid).replace('"nested":', `"deep":${'['.repeat(depth)}${']'.repeat(depth)},"nested":`);
  assert.throws(
    () => parseManifest(text),
    (error) => SteerscopeError.is(error, 'invalid-manifest') && /params/.test(error.message),
  );
});

test('a key that would reach a prototype does not', () => {
  const text = JSON.stringify(valid).replace('"nested":', '"__proto__":{"polluted":1},"nested":');
  parseManifest(text);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('names', () => {
  for (const name of ['a', '0', 'dim-cpp', 'a'.repeat(64)]) assert.equal(checkName(name), name);
  const bad = ['', '-a', 'A', 'a_1', 'a.b', 'a/b', '..', '../x', 'a\0', 'a\n', 'C:', 'ä', 'a'.repeat(65), ' a'];
  for (const name of bad) {
    assert.throws(
      () => checkName(name),
      (error) => SteerscopeError.is(error, 'bad-name'),
      JSON.stringify(name),
    );
  }
});

test('scopes', () => {
  for (const scope of ['prompt', 'answer', 'all', 'first:1', 'first:300']) assert.ok(isScope(scope), scope);
  for (const scope of ['', 'first', 'first:', 'first:0', 'first:-1', 'first:1.5', 'first:03', 'All', 3, null]) {
    assert.ok(!isScope(scope), String(scope));
  }
});

test('canonical JSON is one text for one value', () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }), '{"a":null,"b":[{"c":2,"d":1}]}');
  assert.equal(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }), '{"a":null,"b":[{"c":2,"d":1}]}');
});

const here = { ...sampleModel, name: 'here', hooks: ['resid_mid', 'resid_post'] };

test('an artefact fits its own model, at any precision; the difference is told', () => {
  assert.deepEqual(assertFits(valid, here), []);
  assert.deepEqual(assertFits(valid, { ...here, precision: 'exact', weightTypes: { F16: 28, F32: 9 } }), [
    'made in fast precision, used in exact',
    'made on weights of F32 (9), Q4_1 (28), used on F16 (28), F32 (9)',
  ]);
});

test('an artefact that is used on another surface than its own says so, either way', () => {
  const hash = 'ef'.repeat(32);
  const method = 'dim';
  assert.equal(
    surfaceNote({ method, surface: 'answer', chatTemplateHash: hash }, 'raw'),
    'fitted on answers of a chat, used on raw text, where it may well do nothing',
  );
  assert.equal(surfaceNote({ method, chatTemplateHash: hash }, 'raw'), surfaceNote({ method, surface: 'answer', chatTemplateHash: hash }, 'raw')); // prettier-ignore
  assert.match(
    surfaceNote({ method, surface: 'raw', chatTemplateHash: null }, 'answer') ?? '',
    /^fitted on raw text, used on answers/,
  );
  assert.equal(surfaceNote({ method, surface: 'answer', chatTemplateHash: hash }, 'answer'), undefined);
  assert.equal(surfaceNote({ method, surface: 'raw', chatTemplateHash: null }, 'raw'), undefined);
  // A model without a chat template: its answers are raw text.
  assert.equal(surfaceNote({ method, surface: 'answer', chatTemplateHash: null }, 'raw'), undefined);
  // A feature is of the stream, whatever is written into it.
  assert.equal(surfaceNote({ method: 'sae-feature', chatTemplateHash: null }, 'answer'), undefined);
});

const misfits: readonly [string, object, RegExp][] = [
  ['other-architecture', { architecture: 'qwen2' }, /made on a llama, here has qwen2/],
  ['other-width', { dModel: 16 }, /a width of 8, here has 16/],
  ['other-depth', { layers: 30 }, /4 layers, here has 30/],
  ['other-model', { fingerprint: '12'.repeat(32) }, /tiny with the fingerprint abababababab, .* 121212121212/],
  ['no-such-hook', { hooks: ['resid_mid'] }, /the hook resid_post, here has resid_mid/],
];
for (const [reason, change, message] of misfits) {
  test(`an artefact does not fit: ${reason}; both sides are named`, () => {
    assert.throws(
      () => assertFits(valid, { ...here, ...change }),
      (error) => error instanceof ModelError && error.reason === reason && message.test(error.message),
    );
  });
}

test('a layer that the model lacks is refused even where all else agrees', () => {
  assert.throws(
    () => assertFits({ ...valid, layers: [4] }, here),
    (error) => SteerscopeError.is(error, 'no-such-layer'),
  );
});
