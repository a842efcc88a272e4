"""Makes data/tokenizer-smollm2.json: token ids by Hugging Face's `tokenizers`, chats by Jinja2 as `transformers` runs it.

The reference tokenizer is built from the GGUF's own tables and from the pipeline that SmolLM2's published tokenizer.json
names: no normaliser, digits one by one, GPT-2's byte-level splitting, BPE. Not needed to run the tests.

    pip install gguf tokenizers jinja2
    python make_tokenizer.py SmolLM2-135M-Instruct.Q4_1.gguf
"""

import json
import pathlib
import random
import sys
import unicodedata

import gguf
import tokenizers
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

OUT = pathlib.Path(__file__).parent / "data" / "tokenizer-smollm2.json"
CONTROL = 3
SEED = 20240601

CODE = {
    "python": 'def fib(n: int) -> int:\n    """The n-th number."""\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n\n\nif __name__ == "__main__":\n    print(f"{fib(10)=:>8}", [x**2 for x in range(3)])\n',
    "cpp": '#include <iostream>\n#include <vector>\n\ntemplate <typename T>\nT sum(const std::vector<T>& xs) {\n\tT total{};\n\tfor (const auto& x : xs) total += x;\n\treturn total;\n}\n\nint main() { std::cout << sum<int>({1, 2, 3}) << "\\n"; }\n',
    "c": '#include <stdio.h>\n\nint main(int argc, char **argv) {\n    for (size_t i = 0; i < 10u; ++i) printf("%zu: %s\\n", i, argc > 1 ? argv[1] : "0x1F");\n    return 0; /* done */\n}\n',
    "java": 'import java.util.*;\n\npublic final class Main {\n    private static final Map<String, List<Integer>> SEEN = new HashMap<>();\n\n    public static void main(String[] args) throws Exception {\n        SEEN.computeIfAbsent("a", k -> new ArrayList<>()).add(1_000);\n        System.out.println(SEEN);\n    }\n}\n',
    "julia": 'using LinearAlgebra\n\nfunction γ(x::Vector{Float64}; α=0.5)\n    y = α .* x .+ 1\n    return norm(y) ≤ 2 ? y\' * y : nothing\nend\n\nprintln(γ([1.0, 2.0]))\n',
    "rust": 'use std::collections::HashMap;\n\nfn main() -> Result<(), Box<dyn std::error::Error>> {\n    let mut m: HashMap<&str, u32> = HashMap::new();\n    *m.entry("k").or_insert(0) += 1;\n    println!("{m:?} {}", m["k"] as f64 * 1e-3);\n    Ok(())\n}\n',
    "javascript": "const xs = [1, 2, 3].map((x) => x ** 2);\nexport async function* walk(t) {\n  if (!t) return;\n  yield* walk(t.left);\n  yield `${t.key ?? 'none'}:${xs.length}`;\n  yield* walk(t.right);\n}\n// don't, can't, it's\n",
    "typescript": "interface Point<T extends number = number> {\n  readonly x: T;\n  y?: T;\n}\n\ntype Keys = keyof Point;\nexport const norm = ({ x, y = 0 }: Point): number => Math.hypot(x, y as number);\n",
    "go": 'package main\n\nimport (\n\t"fmt"\n\t"sync"\n)\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\tch := make(chan int, 3)\n\twg.Add(1)\n\tgo func() { defer wg.Done(); ch <- 42 }()\n\twg.Wait()\n\tfmt.Println(<-ch, len(ch))\n}\n',
    "csharp": 'using System.Linq;\n\nnamespace Demo;\n\npublic record Person(string Name, int Age)\n{\n    public bool IsAdult => Age >= 18;\n    public static async Task<int> Count(IEnumerable<Person> ps) => await Task.FromResult(ps.Count(p => p.IsAdult));\n}\n',
    "bash": '#!/usr/bin/env bash\nset -euo pipefail\nfor f in "$@"; do\n  [[ -f $f ]] && sed -e \'s/a/b/g\' "$f" | awk \'{ print $1 }\' > "${f%.txt}.out"\ndone\n',
    "html": '<!DOCTYPE html>\n<div class="a-b" id=\'x\'>&amp; <b>bold</b></div>\n<script>1 < 2 && 3 > 2;</script>\n',
    "json": '{\n  "a": [1, -2.5e10, null, true],\n  "b\\u00e9": {"c": "\\n\\t"}\n}\n',
    "sql": "SELECT a.id, COUNT(*) AS n FROM t1 AS a LEFT JOIN t2 b ON a.id = b.a_id WHERE a.x <> 'it''s' GROUP BY 1;\n",
    "markdown": "# Title\n\n* one\n* two\n    1. `code`\n\n```python\nprint('hi')\n```\n\n| a | b |\n|---|---|\n",
}

CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'VE", "'M", "'LL", "'D", "'x", "\u2019s", "'\u017f"]

TEXTS = {
    "words": ["", "a", "hello", "Hello world", " hello", "  hello", "hello ", "hello  ", "The quick brown fox jumps over the lazy dog.", "supercalifragilisticexpialidocious", "camelCaseAndPascalCase snake_case kebab-case SCREAMING_CASE", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x" * 300, "ab" * 200],
    "contractions": [f"it{c} I{c} you{c}x {c} {c}{c}" for c in CONTRACTIONS],
    "spaces": [" " * n for n in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100)] + [f"a{' ' * n}b" for n in (1, 2, 3, 4, 5, 8, 16, 33)] + [f"a{' ' * n}" for n in (1, 2, 3)] + [f"{' ' * n}1" for n in (1, 2, 3, 4)],
    "lines": ["\n", "\n\n", "\n\n\n", "\n" * 10, "\n" * 50, "a\nb", "a\n\nb", "a \n b", "a\n b", "a\n  b", "a  \nb", "\na", " \na", "\n a", "a\n", "a\n\n", "\n \n", " \n \n ", "a\n\n\n  b\n\n\n    c"],
    "crlf": ["\r\n", "\r\n\r\n", "a\r\nb", "a\r\n\r\nb\r\n", "\r", "\r\r\r", "a\rb", " \r\n \r\n", "if x:\r\n    y\r\n\r\nelse:\r\n\tz\r\n", "\n\r\n\r"],
    "tabs": ["\t", "\t\t", "\t\t\t\t", "a\tb", "\ta", "a\t", " \t \t ", "\t a", " \ta", "\t\n\t", "\tif (x) {\n\t\treturn;\n\t}", "\v\f", "a\fb"],
    "digits": ["0", "1", "12", "123", "1234567890", " 1", " 12", "  12", "3.14159", "1,000,000", "1_000", "0x1F 0b101 0o17 1e-9", "a1b2c3", "x1 x2", "2024-06-01T12:34:56.789Z", "192.168.0.1:8080", "v1.2.3", "1st 2nd 3rd", "\u0661\u0662\u0663", "\u00bd \u00b2 \u2460 \u2166", "\uff11\uff12", "\U0001d7d8\U0001d7d9", "5  5", "5\n5", "$5 5% #5 (5)", "-5 +5 5- 5+"],
    "punctuation": ["!", "!!", "!!!???...", "...", "\u2026", "\u2014 \u2013 -", "\u201cquoted\u201d \u2018single\u2019", "a,b;c:d", "(a)[b]{c}<d>", " (a) [b]", "::->=>>=<<===!==&&||??", "a+b=c; d*=e/f%g^h|i&j~k", "\\n\\t\\\\", "'\"`", "/* c */ // d # e -- f", "http://example.org/a?b=c&d=e#f", "user@example.org", "\u00bfQu\u00e9? \u00a1S\u00ed!", "\u00a9\u00ae\u2122\u20ac\u00a3\u00a5", "=" * 40, "-" * 80, "*" * 7, "_" * 20, "." * 100],
    "latin": ["caf\u00e9 na\u00efve r\u00e9sum\u00e9 \u00fcber stra\u00dfe", "\u00c5ngstr\u00f6m \u0152uvre \u00e6ther", "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144", "\u0130stanbul \u0131\u015f\u0131k", "P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148", "Ti\u1ebfng Vi\u1ec7t", "\ufb01 \ufb02 \ufb03"],
    "combining": ["e\u0301", "cafe\u0301", "a\u0300\u0301\u0302\u0303", "\u0301", " \u0301", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349", "\u1100\u1161\u11a8", "\u0928\u093f", "n\u0303o"],
    "scripts": ["\u4f60\u597d\uff0c\u4e16\u754c\uff01", "\u6f22\u5b57\u304b\u306a\u4ea4\u3058\u308a\u6587", "\u30ab\u30bf\u30ab\u30ca \u3072\u3089\u304c\u306a", "\ud55c\uad6d\uc5b4 \uc548\ub155\ud558\uc138\uc694", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5 \u039a\u03cc\u03c3\u03bc\u03b5", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "\u10d2\u10d0\u10db\u10d0\u10e0\u10ef\u10dd\u10d1\u10d0", "\u0532\u0561\u0580\u0587", "\u13a3\u13b5\u13a9", "\U00020000\U0002a6d6 \U00030000", "\u5168\u89d2\u3000\u7a7a\u767d"],
    "rtl": ["\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645", "abc \u05d0\u05d1\u05d2 123 \u0627\u0628\u062c", "\u200fRTL\u200e LTR", "\u202eevil\u202c", "\u0641\u0627\u0631\u0633\u06cc\u200c\u0632\u0628\u0627\u0646"],
    "emoji": ["\U0001f600", "\U0001f600\U0001f600\U0001f600", "a\U0001f600b", " \U0001f680 ", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea\U0001f1fa\U0001f1f8", "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f9d1\U0001f3fe\u200d\U0001f4bb writes code", "\u2603 \u2713 \u2192 \u221e \u2211", "\U0001faf6"],
    "control": ["\x00", "a\x00b", "\x00\x00", "\x01\x02\x03", "\x04", "a\x04t", "in\x04in", "!\x04!", "\x06\x13\x14\x16\x1d", "\x1b[31mred\x1b[0m", "\x7f", "\x80\x9f", " \x85 a", "\x1c\x1d\x1e\x1f a", "\xa0", "a\xa0b", "\xad", "\u200b", "a\u200bb", "\ufeffa", "a\ufeff b", "\u2028\u2029", "\ufffd", "\ufffe\uffff", "\U0010ffff", "\U00040000", "a\U00040000b", "!\U00080000!", "\ue000\uf8ff", "\u3000\u2003\u2009a", "\u1680\u180e\u205f"],
    "special": ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n", "a<|im_end|>b", " <|im_end|> ", "<|im_end|><|im_end|>", "<|im_end", "<|im_end|", "<<|im_end|>>", "<|IM_END|>", "<repo_name>a/b<file_sep>c.py\nx", "<reponame><filename><gh_stars>", "<jupyter_start><jupyter_text>x<jupyter_code>1<jupyter_output>1<empty_output>", "<issue_start><issue_comment><issue_closed>", "<|endoftext|>def f():", "\n<|im_end|>\n", "1<|im_end|>1", "'s<|im_end|>'s", "  <|im_end|>  x"],
}

CHATS = [
    {"system": None, "prompt": "Hello"},
    {"system": "You are terse.", "prompt": "Hello"},
    {"system": "", "prompt": ""},
    {"system": None, "prompt": "  spaces around \n"},
    {"system": None, "prompt": "Write a function that adds two numbers.", "prefill": "Here is the code:\n\n```"},
    {"system": None, "prompt": "caf\u00e9 \U0001f600\r\n\tx = 1", "prefill": "```python\n"},
    {"system": "a\nb", "prompt": "{{ messages }} {% for %} {# no #}"},
    {"system": None, "prompt": "x", "prefill": " leading space"},
    {"system": None, "prompt": "x", "prefill": "\nnew line"},
]


def random_texts(n):
    """Texts of characters from all over Unicode 3.2: what a later version assigned, an older JavaScript may not know."""
    rng = random.Random(SEED)
    ranges = [(0x20, 0x7E), (0x20, 0x7E), (0x09, 0x0D), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5FF), (0x900, 0xDFF), (0x2000, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x1F300, 0x1FAFF), (0x00, 0x1F), (0x10000, 0x10FFFF)]

    def character():
        while True:
            char = chr(rng.randint(*rng.choice(ranges)))
            if unicodedata.ucd_3_2_0.category(char) != "Cn":
                return char

    for _ in range(n):
        yield "".join(character() for _ in range(rng.randint(1, 60)))


def reference(metadata):
    tokens = metadata["tokenizer.ggml.tokens"]
    types = metadata["tokenizer.ggml.token_type"]
    merges = [tuple(line.split(" ")) for line in metadata["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, kind in zip(tokens, types) if kind == CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in control])
    return tokenizer


def main(path):
    reader = gguf.GGUFReader(path)
    metadata = {key: field.contents() for key, field in reader.fields.items() if key.startswith("tokenizer.")}
    tokenizer = reference(metadata)

    def ids(text, special):
        tokenizer.encode_special_tokens = not special
        return tokenizer.encode(text, add_special_tokens=False).ids

    cases = []
    for group, texts in TEXTS.items():
        cases += [{"group": group, "text": text, "special": False, "ids": ids(text, False)} for text in texts]
    cases += [{"group": f"code {name}", "text": text, "special": False, "ids": ids(text, False)} for name, text in CODE.items()]
    cases += [{"group": "special", "text": text, "special": True, "ids": ids(text, True)} for text in TEXTS["special"]]
    cases += [{"group": "random", "text": text, "special": False, "ids": ids(text, False)} for text in random_texts(100)]

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(metadata["tokenizer.chat_template"])
    chats = []
    for chat in CHATS:
        messages = [{"role": "user", "content": chat["prompt"]}]
        if chat["system"] is not None:
            messages.insert(0, {"role": "system", "content": chat["system"]})
        text = template.render(messages=messages, add_generation_prompt=True, bos_token="<|im_start|>", eos_token="<|im_end|>")
        text += chat.get("prefill", "")
        chats.append({**chat, "text": text, "ids": ids(text, True)})

    versions = f"tokenizers {tokenizers.__version__}, made by make_tokenizer.py"
    with OUT.open("w") as out:
        out.write('{\n"reference": ' + json.dumps(versions) + ',\n"cases": [\n')
        out.write(",\n".join(json.dumps(case) for case in cases))
        out.write('\n],\n"chats": [\n')
        out.write(",\n".join(json.dumps(chat) for chat in chats))
        out.write("\n]\n}\n")
    print(f"{len(cases)} cases and {len(chats)} chats to {OUT.name}")


if __name__ == "__main__":
    main(sys.argv[1])
