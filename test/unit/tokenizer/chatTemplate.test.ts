import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelError } from '../../../src/core/errors.ts';
import { compileChatTemplate, type ChatVariables } from '../../../src/core/tokenizer/index.ts';
import { CHATML } from './tinyVocabulary.ts';

const HELLO: ChatVariables = {
  messages: [{ role: 'user', content: 'hello' }],
  addGenerationPrompt: true,
  bosToken: '<s>',
  eosToken: '</s>',
};

function render(source: string, variables: Partial<ChatVariables> = {}): string {
  return compileChatTemplate(source).render({ ...HELLO, ...variables });
}

/** The reason and the message of the ModelError that a template ends with. */
function refusal(source: string, variables: Partial<ChatVariables> = {}): ModelError {
  try {
    const text = render(source, variables);
    assert.fail(`rendered ${text.length} characters`);
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    assert.match(error.advice, /--raw/);
    return error;
  }
}

test("the default system message is the template's own", () => {
  assert.equal(
    render(CHATML),
    '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n',
  );
  assert.equal(
    render(CHATML, { messages: [{ role: 'system', content: 'S' }], addGenerationPrompt: false }),
    '<|im_start|>system\nS<|im_end|>\n',
  );
});

test('templates see the tokens, no tools unless given, and a date that can be set', () => {
  assert.equal(render('{{ bos_token }}{{ eos_token }}{{ tools is not none }}'), '<s></s>false');
  assert.equal(render('{{ tools | tojson }}', { tools: [{ name: 'f' }] }), '[{"name": "f"}]');
  const now = new Date(2024, 1, 3, 4, 5, 6);
  assert.equal(
    render("{{ strftime_now('%d %b %Y, %B %A %H:%M:%S %% %q') }}", { now }),
    '03 Feb 2024, February Saturday 04:05:06 % %q',
  );
  assert.match(render("{{ strftime_now('%Y') }}"), /^20\d\d$/);
});

test('blocks take the line end after them and the indentation before', () => {
  assert.equal(
    render('{% for m in messages %}\n  {% if true %}\n{{ m.content }}\n  {% endif %}\n{% endfor %}\n'),
    'hello\n',
  );
});

test('the usual constructs work: macros, namespaces, filters, slices, loops with conditions', () => {
  assert.equal(render("{% macro m(a, b='y') %}{{ a ~ b }}{% endmacro %}{{ m('x') }}{{ m(b='1', a='2') }}"), 'xy21');
  assert.equal(
    render(
      '{% set ns = namespace(n=0) %}{% for i in range(5) if i > 1 %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}',
    ),
    '9',
  );
  assert.equal(
    render(
      '{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}',
    ),
    '013',
  );
  assert.equal(
    render('{{ range(8, 2, -2) | join(",") }} {{ range(0) | length }} {{ [1,2,3][1:] | last }}'),
    '8,6,4 0 3',
  );
  assert.equal(render("{{ messages | selectattr('role', 'equalto', 'user') | list | length }}"), '1');
  assert.equal(
    render("{{ 'a</think>b'.split('</think>')[-1] | trim | upper }}{{ 'x' in 'yxz' }}{{ 'a b'.replace(' ', '_') }}"),
    'Btruea_b',
  );
  assert.equal(
    render("{{ {'a': [1, {'b': none}]} | tojson(indent=2) }}"),
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ]\n}',
  );
});

test('a long conversation stays within the limits', () => {
  const messages = Array.from({ length: 400 }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: 'word '.repeat(500),
  }));
  const source = `{{ bos_token }}{% for message in messages %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles') }}{% endif %}{% set content = message['content'] | trim %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{{ '<|' ~ message.role ~ '|>\\n' + content + eos_token }}{% endfor %}`;
  assert.equal(render(source, { messages }).length, 3 + 400 * (2499 + 4 + 5) + 200 * (4 + 9));
});

test('a long prompt stays within the limits', () => {
  const content = 'x'.repeat(1_500_000);
  assert.equal(render(CHATML, { messages: [{ role: 'user', content }] }).includes(content), true);
});

test('what a template raises is said, in quotes', () => {
  const error = refusal("{{ raise_exception('no system\\nmessages') }}");
  assert.equal(error.reason, 'chat-template-refused');
  assert.match(error.message, /"no system\\u\{a\}messages"/);
});

test('a template that is broken is refused when it is compiled', () => {
  for (const source of [
    '{% if %}',
    '{{ ',
    '{% for x in %}',
    '{{ a b }}',
    '{% endif %}',
    "{{ 'open",
    '{% nonsense %}',
    '{# open',
  ]) {
    assert.throws(
      () => compileChatTemplate(source),
      (error) => error instanceof ModelError && error.reason === 'chat-template',
      source,
    );
  }
});

test('a template that fails is refused when it runs', () => {
  for (const source of [
    '{{ nothing.at.all() }}',
    '{{ 1 + none }}',
    "{{ 'a' | nosuchfilter }}",
    '{{ range(1, 2, 0) }}',
    '{{ range("a") }}',
  ]) {
    assert.equal(refusal(source).reason, 'chat-template', source);
  }
});

/** Half a million characters in `ns.s`, of which no test below may make much more. */
const BIG = "{% set ns = namespace(s='aaaaaaaa') %}{% for i in range(16) %}{% set ns.s = ns.s + ns.s %}{% endfor %}";
const IN_LOOP = (body: string): string => `${BIG}{% for i in range(60000) %}${body}{% endfor %}`;

const HOSTILE: Readonly<Record<string, string>> = {
  'a range of a thousand million': '{% for i in range(10**9) %}x{% endfor %}',
  'a range of endless length': '{{ range(0, 10**15, 1) }}',
  'loops in loops': '{% for i in range(60000) %}{% for j in range(60000) %}{{ j }}{% endfor %}{% endfor %}',
  'loops over one list': '{% set a = range(60000) %}{% for i in a %}{% for j in a if j < 0 %}x{% endfor %}{% endfor %}',
  'a text that doubles':
    "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
  'a text that triples by upper case':
    "{% set ns = namespace(s='ΐ') %}{% for i in range(99) %}{% set ns.s = (ns.s | upper) ~ ns.s %}{% endfor %}",
  'a list that holds itself twice, often':
    '{% set ns = namespace(s=[1]) %}{% for i in range(25) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}',
  'a mapping that does':
    "{% set ns = namespace(s='a') %}{% for i in range(25) %}{% set ns.s = {'a': ns.s, 'b': ns.s} %}{% endfor %}",
  'a list that doubles':
    '{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}',
  'lists in lists': '{% set ns = namespace(s=[1]) %}{% for i in range(9999) %}{% set ns.s = [ns.s] %}{% endfor %}',
  'a namespace in itself': '{% set ns = namespace() %}{% set ns.a = [ns, ns] %}{{ ns }}',
  'a macro that calls itself': '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}',
  'a macro that calls itself twice':
    '{% macro f(x) %}{% if x > 0 %}{{ f(x-1) }}{{ f(x-1) }}{% endif %}{% endmacro %}{{ f(50) }}',
  'a macro defined over and over': `{% for i in range(60000) %}{% macro f(x) %}${'{{ x }}'.repeat(5000)}{% endmacro %}{% endfor %}`,
  'an indentation of a thousand million': "{{ 'a\\nb' | indent(10**9) }}",
  'an indentation of many lines': `${BIG}{{ ns.s.replace('a', '\\n') | indent(100000, true, true) }}`,
  'an indentation by unpacking': `${BIG}{{ ns.s.replace('a', '\\n') | indent(*[100000, true, true]) }}`,
  'an indentation of JSON': '{{ [[[[1]]]] | tojson(indent=10**8) }}',
  'separators of JSON': `${BIG}{{ range(60000) | tojson(separators=(ns.s, ns.s)) }}`,
  'a replacement of each letter': `${BIG}{{ ns.s.replace('a', ns.s) }}`,
  'the same by a filter': `${BIG}{{ ns.s | replace('a', ns.s) }}`,
  'the same by another name': `${BIG}{% set f = ns.s.replace %}{{ f('a', ns.s) }}`,
  'the same by a computed name': `${BIG}{% set f = ns.s['rep' ~ 'lace'] %}{{ f(*['a', ns.s]) }}`,
  'the same in a default': `${BIG}{% macro f(a=ns.s.replace('a', ns.s)) %}{{ a }}{% endmacro %}{{ f() }}`,
  'joining by a long text': `${BIG}{{ range(60000) | join(ns.s) }}`,
  'joining letters by a long text': `${BIG}{{ ns.s | join(ns.s) }}`,
  'joining by keyword': `${BIG}{{ range(60000) | join(**{'separator': ns.s}) }}`,
  'splitting, often': IN_LOOP("{% set x = ns.s.split('a') %}"),
  'slicing, often': IN_LOOP('{% set x = ns.s[::-1] %}'),
  'searching, often': IN_LOOP("{% if ('b' ~ ns.s) in ns.s %}{% endif %}"),
  'comparing, often': IN_LOOP('{% if [ns.s] == ns.s %}{% endif %}'),
  'title case, often': IN_LOOP('{% set x = ns.s | title %}'),
  'sorting by a long path': `${BIG}{{ range(60000) | sort(attribute=ns.s.replace('a', '.')) }}`,
  'a long date': IN_LOOP("{% set x = strftime_now(ns.s.replace('aa', '%B')) %}"),
  'unknown names': '{% for i in range(60000) %}{% for j in range(60000) %}{{ q }}{% endfor %}{% endfor %}',
  'breaking off, often': '{% for i in range(60000) %}{% for j in range(9) %}{% break %}{% endfor %}{% endfor %}',
  'a long source': 'x'.repeat(200_000),
  'white space that is slow to match': ' '.repeat(100_000),
};

for (const [what, source] of Object.entries(HOSTILE)) {
  // Seconds are what an attack would take at the least; the limit itself does not depend on the machine.
  test(`stopped: ${what}`, { timeout: 120_000 }, () => {
    assert.equal(refusal(source).reason, 'chat-template-limit');
  });
}

const DEEP: Readonly<Record<string, string>> = {
  parentheses: `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`,
  brackets: `{{ ${'['.repeat(50_000)}`,
  negations: `{{ ${'not '.repeat(30_000)}true }}`,
  members: `{{ a${'.a'.repeat(50_000)} }}`,
  filters: `{{ 'a'${'|trim'.repeat(20_000)} }}`,
  sums: `{{ 'a'${"+'a'".repeat(20_000)} }}`,
  conditions: `{% if a %}${'{% elif a %}'.repeat(9_000)}{% endif %}`,
};

for (const [what, source] of Object.entries(DEEP)) {
  test(`refused, not crashed: nested ${what}`, { timeout: 120_000 }, () => {
    assert.match(refusal(source).reason, /^chat-template(-limit)?$/);
  });
}

test('filter blocks, which cannot be metered, are refused', () => {
  assert.match(
    refusal("{% filter replace('a', 'b') %}a{% endfilter %}").message,
    /filter %\} blocks are not supported/,
  );
});

test('the clock stops what the steps do not', () => {
  const limits = { steps: Infinity, milliseconds: 20, chars: 1 << 20 };
  const template = compileChatTemplate(
    '{% for i in range(60000) %}{% for j in range(60000) %}{{ j }}{% endfor %}{% endfor %}',
    limits,
  );
  assert.throws(() => template.render(HELLO), { reason: 'chat-template-limit', message: /too long/ });
});

test('nothing of one rendering is left in the next', () => {
  const template = compileChatTemplate(
    "{% if not x is defined %}{% set x = 'a' %}{% endif %}{{ x }}{{ messages[0].content }}",
  );
  assert.equal(template.render(HELLO), 'ahello');
  assert.equal(template.render({ ...HELLO, messages: [{ role: 'user', content: 'b' }] }), 'ab');
});
