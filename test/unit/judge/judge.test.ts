/** The judge: the detector, the grammars, the toolchains, and what they come to together. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findLanguage, LANGUAGE_IDS, type LanguageId } from '../../../src/core/language/languages.ts';
import { detectLanguage } from '../../../src/engine/judge/guesslang.ts';
import { isValid, judgeAnswer, judgeCode } from '../../../src/engine/judge/judge.ts';
import { parseCheck } from '../../../src/engine/judge/parser.ts';
import { syntaxCheck } from '../../../src/engine/judge/toolchain.ts';
import { readSnippets } from '../../snippets.ts';

const SOURCES = fileURLToPath(new URL('../../../src', import.meta.url));

const snippets = readSnippets();
const ofLanguage = (id: string): string[] => snippets.filter(({ language }) => language === id).map(({ code }) => code);
const firstOf = (id: LanguageId): string => ofLanguage(id)[0] ?? assert.fail(id);

describe('guesslang', () => {
  // What it gets right of 12 correct snippets: the ceiling that every share of answers is to be read against.
  const ceiling: Readonly<Record<string, number>> = {
    python: 12,
    cpp: 8,
    c: 7,
    java: 10,
    julia: 12,
    rust: 12,
    javascript: 8,
    typescript: 12,
    go: 12,
  };
  for (const id of LANGUAGE_IDS) {
    test(`knows ${id} as well as it did`, async () => {
      const found = await Promise.all(ofLanguage(id).map(detectLanguage));
      const right = found.filter(({ language }) => language === id).length;
      assert.ok(right >= (ceiling[id] ?? 12) - 1, `${right} of ${found.length}`);
    });
  }

  test('calls other languages other, and does not guess at crumbs', async () => {
    const others = await Promise.all(ofLanguage('other').map(detectLanguage));
    const right = others.filter(({ language }) => language === 'other' || language === 'undecided').length;
    assert.ok(right >= 10, `${right} of ${others.length}`);
    assert.deepEqual(await detectLanguage('x = 1'), { language: 'undecided', confidence: 0 });
    assert.deepEqual(await detectLanguage(''), { language: 'undecided', confidence: 0 });
  });

  test('is asked by the judge alone: whoever fits or chooses must not know its opinion', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const judging = files.filter((file) =>
      /judge\/guesslang|vscode-languagedetection/.test(readFileSync(join(SOURCES, file), 'utf8')),
    );
    for (const file of judging) assert.match(file.replaceAll('\\', '/'), /^engine\/judge\//);
    const keywords = readFileSync(join(SOURCES, 'core/language/keywords.ts'), 'utf8');
    assert.doesNotMatch(keywords, /^import .*judge/m);
  });
});

describe('parseCheck', () => {
  for (const id of LANGUAGE_IDS) {
    test(`accepts whole ${id}`, async () => {
      for (const code of ofLanguage(id)) {
        const { ok, errorNodes, kept } = await parseCheck(code, id, { complete: true });
        assert.ok(ok, code);
        assert.deepEqual([errorNodes, kept], [0, code]);
      }
    });

    test(`accepts ${id} that is cut anywhere, and cuts no more than it must`, async () => {
      const cut = ofLanguage(id).flatMap((code) =>
        [0.5, 0.6, 0.7, 0.8, 0.9].map((at) => code.slice(0, code.length * at)),
      );
      const checks = await Promise.all(cut.map((code) => parseCheck(code, id)));
      const share = checks.filter(({ ok }) => ok).length / cut.length;
      assert.ok(share >= 0.93, `${share}`);
      for (const [i, { kept, completed, ok }] of checks.entries()) {
        assert.ok(cut[i]?.startsWith(kept));
        assert.ok(completed.startsWith(kept));
        if (ok) assert.equal((await parseCheck(completed, id, { complete: true })).ok, true);
      }
    });
  }

  test('does not accept another language', async () => {
    const pairs: [LanguageId, LanguageId][] = [
      ['python', 'cpp'],
      ['cpp', 'python'],
      ['rust', 'java'],
      ['java', 'rust'],
      ['julia', 'javascript'],
      ['go', 'c'],
    ];
    for (const [written, taken] of pairs) {
      const checks = await Promise.all(ofLanguage(written).map((code) => parseCheck(code, taken)));
      assert.ok(checks.filter(({ ok }) => ok).length <= 1, `${written} passes as ${taken}`);
    }
  });

  test('an error is an error where nothing was cut off', async () => {
    const closed = { complete: true };
    assert.equal((await parseCheck('int f() {\n  return 1;\n', 'cpp', closed)).ok, false);
    assert.equal((await parseCheck('int f() {\n  return 1;\n', 'cpp')).ok, true);
    assert.equal(
      (await parseCheck('def f(x:\n  return\nx = = 1\ny = 2\nz = 3\nw = 4\nv = 5\nu = 6', 'python')).ok,
      false,
    );
  });

  test('an error early in the code is not cut off with all that follows', async () => {
    const code = `import os\nimport sys\n\ndef f(x:\n    retur x +\n${'    y = x * 2\n'.repeat(10)}`;
    assert.equal((await parseCheck(code, 'python')).ok, false);
  });

  test('two lines of code are the least', async () => {
    assert.equal((await parseCheck('x = 1', 'python')).ok, false);
    assert.equal((await parseCheck('# one\n# two\n# three\n', 'python')).ok, false);
    assert.equal((await parseCheck('', 'python')).ok, false);
    assert.equal((await parseCheck('x = 1\ny = 2', 'python')).ok, true);
  });
});

describe('syntaxCheck', () => {
  const WRONG: Partial<Record<LanguageId, string>> = {
    python: 'def f(:\n    pass\n',
    cpp: 'int main() { return 0 }\n',
    c: 'int main(void) { return 0 }\n',
    java: 'class A { int f( { } }\n',
    rust: 'fn main() { let x = ; }\n',
    javascript: 'function f( { }\n',
    go: 'package main\nfunc f( {\n',
  };
  // No verdict hangs on how fast this machine is.
  const patient = { timeoutMs: 120_000 };

  for (const id of LANGUAGE_IDS) {
    test(`tells right from wrong ${id}, or says that it cannot`, async () => {
      const right = await syntaxCheck(firstOf(id), id, patient);
      const wrong = await syntaxCheck(WRONG[id] ?? '', id, patient);
      if (right.available) {
        assert.deepEqual([right.ok, wrong.ok], [true, false], `${right.message} ${wrong.message}`);
        assert.ok(wrong.message.length > 0 && !wrong.message.includes(tmpdir() + '/steerscope-check'));
      } else {
        assert.deepEqual(right, { available: false, ok: null, message: '' });
        assert.equal(wrong.ok, null);
      }
    });
  }

  test('accepts a method by itself in Java, and both kinds of module in JavaScript', async () => {
    const method = await syntaxCheck(
      'import java.util.List;\nint f(List<Foo> x) { return x.size(); }',
      'java',
      patient,
    );
    if (method.available) assert.equal(method.ok, true);
    for (const code of ['import a from "a";\nexport default a;', 'const a = require("a");\nwith (a) { b(); }']) {
      assert.equal((await syntaxCheck(code, 'javascript', patient)).ok, true, code);
    }
  });

  test('runs nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'steerscope-test-'));
    const marker = join(folder, 'ran');
    const path = JSON.stringify(marker);
    try {
      const python = await syntaxCheck(`open(${path}, "w").close()\n`, 'python', patient);
      const javascript = await syntaxCheck(`require('node:fs').writeFileSync(${path}, '');\n`, 'javascript', patient);
      assert.notEqual(python.ok, false);
      assert.equal(javascript.ok, true);
      assert.equal(existsSync(marker), false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('shows no file of this machine to a preprocessor', async () => {
    for (const include of ['"/etc/hosts"', '</etc/hosts>', '"../x.h"', 'NAME', '"x/../../y.h"']) {
      for (const code of [`#include ${include}\nint x;\n`, `#inc\\\nlude ${include}\nint x;\n`]) {
        const { available, ok, message } = await syntaxCheck(code, 'cpp', patient);
        if (available) assert.ok(ok === false && message.startsWith('not checked'), code);
      }
    }
  });

  test('ends when its time is up', async () => {
    const { available, ok, message } = await syntaxCheck('#include <vector>\n', 'cpp', { timeoutMs: 1 });
    if (available) assert.ok(ok === null && message.includes('longer than 1 ms'), message);
  });

  test('leaves nothing behind in the folder for temporary files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'steerscope-test-'));
    const usual = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      assert.equal((await syntaxCheck('const x = 1;\n', 'javascript', patient)).ok, true);
      assert.equal((await syntaxCheck('const x = ;\n', 'javascript', patient)).ok, false);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      await rm(folder, { recursive: true });
    }
  });
});

describe('judgeAnswer', () => {
  test('judges the body, not the tag', async () => {
    const verdict = await judgeAnswer(`Here is the C++ code:\n\n\`\`\`cpp\n${firstOf('python')}\`\`\`\n`);
    assert.deepEqual([verdict.language, verdict.fenceTag, verdict.hasCode], ['python', 'cpp', true]);
    assert.ok(isValid(verdict, 'python') && !isValid(verdict, 'cpp'));
  });

  test('an answer cut at its token limit is no worse for it; a closed one must be whole', async () => {
    const code = firstOf('rust').trimEnd().slice(0, -20);
    assert.equal((await judgeAnswer(`\`\`\`rust\n${code}`)).valid, true);
    assert.equal((await judgeAnswer(`\`\`\`rust\n${code}\n\`\`\``)).valid, false);
  });

  test('counts prose as none, and says nothing of crumbs', async () => {
    const none = await judgeAnswer('A list can be sorted in many ways.');
    assert.deepEqual([none.language, none.hasCode, none.valid], ['none', false, false]);
    const crumb = await judgeAnswer('```\nx\n```');
    assert.deepEqual([crumb.language, crumb.valid, crumb.parse], ['undecided', false, null]);
  });

  test('a loop is not valid, however well it parses', async () => {
    const loop = await judgeCode(`fn main() {\n${'    println!("a");\n'.repeat(30)}}\n`);
    assert.equal(loop.language, 'rust');
    assert.equal(loop.parse?.ok, true);
    assert.ok(loop.distinct3 < 0.7);
    assert.equal(isValid(loop, 'rust'), false);
  });

  test('asks the toolchain only when told to', async () => {
    const answer = `\`\`\`go\n${firstOf('go')}\`\`\``;
    assert.equal((await judgeAnswer(answer)).syntax, null);
    const { syntax } = await judgeAnswer(answer, { toolchain: true });
    assert.ok(syntax !== null && syntax.ok !== false);
  });

  test('finds valid what is right, as often as the detector allows', async () => {
    for (const id of ['rust', 'typescript', 'go', 'python'] as const) {
      const verdicts = await Promise.all(ofLanguage(id).map((code) => judgeAnswer(`\`\`\`\n${code}\`\`\``)));
      assert.ok(verdicts.filter((verdict) => isValid(verdict, findLanguage(id).id)).length >= 10, id);
    }
  });
});
