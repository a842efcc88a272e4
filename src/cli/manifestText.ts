/** An artefact's manifest as a person reads it. Pure: prints nothing. */
import { actsAnywhere } from '../core/sae/featureSteering.ts';
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { JsonValue } from '../core/artefact/json.ts';
import { plain } from './plainText.ts';
import { ranges, table } from './table.ts';

/** One artefact in full. */
export function manifestLines(manifest: ArtefactManifest): string[] {
  const { model, params, figures } = manifest;
  const rows = [
    ['name', manifest.name],
    ['kind', manifest.kind],
    ['method', manifest.method],
    ['direction', direction(manifest)],
    ['surface', surface(manifest)],
    ['acts at', `${manifest.hook}, layers ${ranges(manifest.layers)}`],
    ['strength', `${manifest.strength} (scope ${manifest.scope})`],
    ['taken at', manifest.positions],
    [
      'model',
      `${model.name} (${model.architecture}, ${model.precision}, fingerprint ${model.fingerprint.slice(0, 12)})`,
    ],
    ['made', `${manifest.createdAt} with seed ${manifest.seed}, Steerscope ${manifest.software}`],
    ...jsonRows('params', params),
    ...jsonRows('figures', figures),
  ];
  return table(rows.map((row) => row.map(plain)));
}

/** The artefacts of a store, a row each. */
export function manifestTable(manifests: readonly ArtefactManifest[]): string[] {
  const head = ['name', 'kind', 'method', 'direction', 'surface', 'layers', 'strength', 'scope', 'model', 'made'];
  const rows = manifests.map((manifest) => [
    manifest.name,
    manifest.kind,
    manifest.method,
    direction(manifest),
    surface(manifest),
    ranges(manifest.layers),
    String(manifest.strength),
    manifest.scope,
    manifest.model.name,
    manifest.createdAt.slice(0, 10),
  ]);
  return table([head, ...rows.map((row) => row.map(plain))]);
}

/** Those that were made before there were two surfaces are for answers. */
function surface({ kind, method, surface: made = 'answer' }: ArtefactManifest): string {
  if (kind !== 'steering') return '-';
  return actsAnywhere({ method }) ? 'any' : made;
}

function direction({ target, source }: ArtefactManifest): string {
  if (target === undefined) return '-';
  return source === undefined ? `to ${target}` : `${source} to ${target}`;
}

/** Longer values are for `--json`. */
const MAX_VALUE = 100;

/** A row for each value that is no object, under its path. */
function jsonRows(name: string, value: JsonValue): string[][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, part]) => jsonRows(`${name}.${key}`, part));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [[name, text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}… (see --json)` : text]];
}
