/** What a model, a file, a direction's name or a defect of ours could put into a snapshot, and should do no harm there. */

/** Sets `window.harmed` where it is run. */
const HARM = 'window.harmed=true';

/** Texts that have done harm to somebody, by what they are. */
export const TEXTS: Readonly<Record<string, string>> = {
  script: `<script>${HARM}</script>`,
  image: `<img src=x onerror="${HARM}">`,
  drawing: `<svg onload="${HARM}"><animate onbegin="${HARM}"></svg>`,
  frame: `<iframe srcdoc="<script>parent.${HARM}</script>"></iframe>`,
  'end of an element': `</main></script><script>${HARM}</script>`,
  'end of an attribute': `" autofocus tabindex=0 onfocus="${HARM}" x="`,
  'end of a quote': `' onclick='${HARM}' '`,
  address: `javascript:${HARM}`,
  entities: `&lt;script&gt;${HARM}&lt;/script&gt;`,
  style: '</style><style>main{display:none!important}</style>',
  base: '<base href="https://evil.test/"><link rel=stylesheet href=https://evil.test/a.css>',
  'a template': '${window.harmed=true} {{constructor.constructor("window.harmed=true")()}} {0} {9}',
  long: 'x'.repeat(100_000),
  'long, with blanks': 'ein Wort '.repeat(10_000),
  'half a character': 'a\uD800b\uDC00c\uD83D',
  'control characters': 'a\u0000b\u0007c\u001b[31md\u2028e\u2029f',
  'turned round': '\u202Egnp.exe\u2066\u202D',
  'many marks': `Z${'\u0301\u0489'.repeat(500)}`,
  nothing: '',
  blanks: ' \n\t\u00A0 ',
  'a name of every object': '__proto__',
  'another one': 'constructor',
  'and another': 'toString',
};

/** Values of other types than a field has; in JSON, as everything that comes to a page. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '7',
  [],
  {},
  [null],
  ['<b>x</b>'],
  { length: 3 },
  JSON.parse('{"__proto__":{"harmed":true}}'),
  JSON.parse('{"toString":1,"valueOf":null,"then":"x"}'),
];

type Path = readonly (string | number)[];

/** The places of everything in a value, the value itself among them. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value) ? value.slice(0, 2).entries() : Object.entries(value);
  return [path, ...[...inside].flatMap(([key, item]: [string | number, unknown]) => placesIn(item, [...path, key]))];
}

/** A copy with something else at a place. */
function withAt(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? withAt(item, rest, replacement) : item));
  const entries = Object.entries(value ?? {});
  return Object.fromEntries(entries.map(([k, item]) => [k, k === key ? withAt(item, rest, replacement) : item]));
}

/** Every text in a value replaced, and every key of the counts, which are words of a judge. */
function withTexts(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, text));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    if (key !== 'counts') return [key, withTexts(item, text)];
    const counts = Object.values(item as Record<string, number>);
    return [key, Object.fromEntries(counts.map((count, i) => [i === 0 ? text : `${text.slice(0, 200)} ${i}`, count]))];
  });
  return Object.fromEntries(entries);
}

export interface Hostile<S> {
  readonly what: string;
  /** Said to be a snapshot; it may be anything. */
  readonly snapshot: S;
}

function hostile<S>(what: string, value: unknown): Hostile<S> {
  return { what, snapshot: value as S };
}

/**
 * Some two hundred snapshots or more: every text replaced by each of the worst ones, and each place by values of other types.
 * @param full everything that the panel can have at once
 */
export function hostileSnapshots<S>(full: S): readonly Hostile<S>[] {
  const plain: unknown = JSON.parse(JSON.stringify(full));
  return [
    ...Object.entries(TEXTS).map(([name, text]) => hostile<S>(`every text is ${name}`, withTexts(plain, text))),
    ...placesIn(plain).flatMap((path, i) =>
      [0, 1].map((k) => {
        const value = VALUES[(i * 2 + k * 7) % VALUES.length];
        return hostile<S>(`${path.join('.') || 'all'} is ${JSON.stringify(value)}`, withAt(plain, path, value));
      }),
    ),
  ];
}
