"""Makes the PyTorch reference of the default model: data/reference.json and data/reference.safetensors.

Owns the reference only: the numbers that "exact" precision is measured against. They come from Hugging Face
transformers (float32, eager attention, 2 threads) on the GGUF's own weights, dequantised, and a run first proves that
the weights are those of the file. It shares no code with Steerscope and must not: an error made twice would agree with
itself.

How to run (not needed to run the tests; about two minutes, 3 GB of memory):

    pip install torch transformers gguf accelerate safetensors
    python test/golden/make_reference.py PATH_TO_SmolLM2-135M-Instruct.Q4_1.gguf

The same versions on the same processor give the same files; others may differ in the last bits, as float32 sums do.
`noise` in the JSON says by how much, and `margin` how far a greedy path is from being decided by such a difference.

Tensors are named TEXT/HOOK, hooks as TransformerLens names and defines them, without its batch axis:
- hook_q and hook_k are before the rotary embedding, hook_rot_q and hook_rot_k after it; the two halves of a head are
  rotated against each other, as in Hugging Face; keys and values keep their own, fewer heads;
- hook_normalized is the norm BEFORE its gain, hook_out (so named in TransformerLens' bridge) after it;
- masked attention scores are -inf.
Row i of a tensor is position `positions[i]` of its text; of patterns and scores [head, query, key] it is the query, and
the layers `fullPatternLayers` have every query. hook_resid_pre is left out: it is bit for bit the hook_resid_post of
the layer below (checked here), and hook_embed for layer 0.
TEXT/logits [pos, sample] has every position, at the ids `vocabularySample`; so have, at the last position alone,
TEXT/lens.LAYER, TEXT/steered.logits and patch/HOOK. steer/LAYER are the steering vectors.
"""

import argparse
import hashlib
import json
import math
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # the file given is all there is to load

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

from reference_model import Capture, Edit, edits, load, run

SEED = 20261123
DETAIL_LAYERS = [0, 1, 15, 29]  # every hook of these; of the others the residual stream alone
FULL_PATTERN_LAYERS = [1, 15]  # every query position; DETAIL_LAYERS otherwise have the stored positions
LENS_LAYERS = [0, 10, 20, 29]
STEER_LAYERS, STEER_DOSE = [10, 20], 0.2  # dose: norm of the vector over the median norm of its layer
STEER_SCOPES = {  # from the prompt's length, the positions [from, to) that are steered
    "all": lambda prompt: (0, math.inf),
    "prompt": lambda prompt: (0, prompt),
    "answer": lambda prompt: (prompt, math.inf),
    "first:3": lambda prompt: (0, prompt + 3),
}
VOCABULARY_SAMPLE = [17 + 768 * i for i in range(64)]
DATA = Path(__file__).parent / "data"

# Each stops where something must follow. A greedy path is a fair test only if no step is a near tie: see `margin`.
ENGLISH = (
    "The lighthouse keeper counted nineteen ships before the fog came in, "
    "then lit the lamp and waited for an answer. It was"
)
PYTHON = '''def moving_average(values, width=3):
    """Mean of each window of `width` neighbours."""
    averages = []
    for start in range(len(values) - width + 1):'''
CPP = """#include <vector>

int countPositive(const std::vector<int>& values) {
    int count = 0;
    for (int v : values) {
        if (v > 0) {"""
CHAT = [{"role": "user", "content": "Write a function that returns the second largest number in a list."}]
PATCH_SOURCE = "The file server.rs was written by our team in the programming language"
PATCH_TARGET = "The file server.py was written by our team in the programming language"
PATCH_HOOKS = ["hook_resid_post", "hook_resid_mid", "hook_attn_out", "hook_mlp_out", "attn.hook_z", "mlp.hook_post"]
PATCH_LAYERS = {"hook_resid_post": [0, 12, 29], "hook_resid_mid": [12]}


def steering(vectors: dict[int, torch.Tensor], prompt: int, scope: str) -> Callable[[int, int], dict[str, Edit]]:
    """The edits of a run over positions [start, start + count): the vector added wherever the scope reaches."""
    low, high = STEER_SCOPES[scope](prompt)

    def at(start: int, count: int) -> dict[str, Edit]:
        on = torch.tensor([low <= p < high for p in range(start, start + count)]).float()[None, :, None]
        return {f"blocks.{n}.hook_resid_post": lambda value, v=vector: value + on * v for n, vector in vectors.items()}

    return at


@torch.no_grad()
def greedy(model, ids: list[int], count: int, penalty: float = 1.0, steer=lambda start, count: {}) -> dict:
    """The most likely `count` tokens (an end token does not end it), and the smallest lead of a first over a second."""
    cache = transformers.DynamicCache(config=model.config)
    fed, answer, leads = list(ids), [], []
    while len(answer) < count:
        start = cache.get_seq_length()
        with edits(model, steer(start, len(fed))):
            logits = model(torch.tensor([fed]), past_key_values=cache, use_cache=True).logits[0, -1].clone()
        if penalty != 1.0:
            seen = torch.tensor(sorted({*ids, *answer}))
            logits[seen] = torch.where(logits[seen] > 0, logits[seen] / penalty, logits[seen] * penalty)
        best = logits.topk(2)
        leads.append(float(best.values[0] - best.values[1]))
        fed = [int(best.indices[0])]
        answer += fed
    return {"ids": answer, "margin": round(min(leads), 6)}


@torch.no_grad()
def noise(model, ids: list[int], logits: torch.Tensor, hooks: Capture) -> dict:
    """How far the same model is from itself when it reads one token at a time: the floor of any comparison."""
    cache = transformers.DynamicCache(config=model.config)
    far, residual = 0.0, 0.0
    for position, token in enumerate(ids):
        out = model(torch.tensor([[token]]), past_key_values=cache, use_cache=True, output_hidden_states=True)
        got = out.logits[0, 0]
        far = max(far, float((got - logits[position]).abs().max()))
        for layer in range(len(model.model.layers) - 1):  # the last one's hidden state is already normalised
            want = hooks[f"blocks.{layer}.hook_resid_post"][position]
            residual = max(residual, float((out.hidden_states[layer + 1][0, 0] - want).norm() / want.norm()))
    return {"logitMaxAbs": far, "residualMaxRelative": residual}


def top(logits: torch.Tensor, count: int = 5) -> list[list[float]]:
    """[[id, logit], ...] descending; a tie goes to the lower id."""
    order = np.lexsort((np.arange(len(logits)), -logits.numpy()))[:count]
    return [[int(i), short(logits[i])] for i in order]


def short(value: torch.Tensor) -> float:
    """The shortest decimal that is the same float32."""
    return float(str(np.float32(value)))


def spread(count: int) -> list[int]:
    """Six positions, first and last among them."""
    return sorted({round(i * (count - 1) / 5) for i in range(6)})


def stored_hooks(hooks: Capture, positions: list[int]) -> Capture:
    """What is kept of a capture: see the head of this file."""
    kept: Capture = {}
    for name, value in hooks.items():
        parts = name.split(".")
        layer, hook = (int(parts[1]), ".".join(parts[2:])) if parts[0] == "blocks" else (None, name)
        wanted = layer in [None, *DETAIL_LAYERS] or hook in ["hook_resid_mid", "hook_resid_post"]
        if hook == "hook_resid_pre" or not wanted:
            continue
        if hook in ("attn.hook_pattern", "attn.hook_attn_scores"):
            kept[name] = value if layer in FULL_PATTERN_LAYERS else value[:, positions]
        else:
            kept[name] = value[positions]
    return kept


@torch.no_grad()
def read_text(model, name: str, text: str, ids: list[int], tensors: Capture) -> tuple[dict, Capture]:
    """Everything measured on one text but the steering; fills `tensors`."""
    logits, hooks = run(model, ids)
    positions = spread(len(ids))
    tensors[f"{name}/logits"] = logits[:, VOCABULARY_SAMPLE]
    tensors |= {f"{name}/{hook}": value for hook, value in stored_hooks(hooks, positions).items()}
    lens = []
    for layer in LENS_LAYERS:
        seen = model.lm_head(model.model.norm(hooks[f"blocks.{layer}.hook_resid_post"][-1]))
        lens.append({"layer": layer, "top": top(seen)})
        tensors[f"{name}/lens.{layer}"] = seen[VOCABULARY_SAMPLE]
    record = {
        "text": text, "ids": ids, "positions": positions, "top": [top(row) for row in logits], "lens": lens,
        "greedy": greedy(model, ids, 48), "penalised": greedy(model, ids, 96, penalty=1.1),
        "noise": noise(model, ids, logits, hooks),
    }  # fmt: skip
    return record, hooks


def steer_case(model, texts: dict, captures: dict[str, Capture], tensors: Capture) -> dict:
    """One pseudo-random vector a layer, at both layers at once; added to `texts` under `steered`."""
    random = np.random.default_rng(SEED)
    vectors, medians = {}, []
    for layer in STEER_LAYERS:
        norms = torch.cat([hooks[f"blocks.{layer}.hook_resid_post"].norm(dim=-1) for hooks in captures.values()])
        direction = random.standard_normal(model.config.hidden_size)
        medians.append(float(np.median(norms.numpy())))
        direction *= STEER_DOSE * medians[-1] / np.linalg.norm(direction)
        vectors[layer] = torch.tensor(direction, dtype=torch.float32)
        tensors[f"steer/{layer}"] = vectors[layer]
    for name, record in texts.items():
        count = len(record["ids"])
        with edits(model, steering(vectors, count, "all")(0, count)):
            logits, _ = run(model, record["ids"])
        tensors[f"{name}/steered.logits"] = logits[-1, VOCABULARY_SAMPLE]
        record["steered"] = {"top": top(logits[-1])} | {
            "greedy": {s: greedy(model, record["ids"], 24, steer=steering(vectors, count, s)) for s in STEER_SCOPES}
        }
    return {"layers": STEER_LAYERS, "dose": STEER_DOSE, "medianNorms": medians}


def patch_case(model, tokenizer, tensors: Capture) -> dict:
    """The value of one hook at one position in the source run, put into the target run."""
    source, target = (tokenizer.encode(text) for text in (PATCH_SOURCE, PATCH_TARGET))
    [position] = [i for i, (a, b) in enumerate(zip(source, target, strict=True)) if a != b]
    (there, donor), (here, _) = run(model, source), run(model, target)
    cases = []
    for hook in PATCH_HOOKS:
        for layer in PATCH_LAYERS.get(hook, [3]):
            name = f"blocks.{layer}.{hook}"
            where, given = (torch.tensor([0]), torch.tensor([position])), donor[name][position].reshape(1, -1)
            put = {name: lambda value, where=where, given=given: value.index_put(where, given)}
            with torch.no_grad(), edits(model, put):
                logits = model(torch.tensor([target]), use_cache=False).logits[0, -1]
            tensors[f"patch/{name}"] = logits[VOCABULARY_SAMPLE]
            cases.append({"hook": name, "top": top(logits)})
    tensors |= {"patch/source": there[-1, VOCABULARY_SAMPLE], "patch/target": here[-1, VOCABULARY_SAMPLE]}
    return {
        "source": {"text": PATCH_SOURCE, "ids": source, "top": top(there[-1])},
        "target": {"text": PATCH_TARGET, "ids": target, "top": top(here[-1])},
        "position": position, "cases": cases,
    }  # fmt: skip


def pretty(value: object, indent: str = "") -> str:
    """JSON with every list on one line, so that a difference can be read."""
    if not isinstance(value, dict):
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = (",\n" + indent + "  ").join(json.dumps(item, ensure_ascii=False) for item in value)
            return f"[\n{indent}  {inner}\n{indent}]"
        return json.dumps(value, ensure_ascii=False)
    rows = (f"{indent}  {json.dumps(key)}: {pretty(item, indent + '  ')}" for key, item in value.items())
    return "{\n" + ",\n".join(rows) + "\n" + indent + "}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the PyTorch reference of the default model.")
    parser.add_argument("gguf", type=Path)
    path = parser.parse_args().gguf
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    tokenizer, model, count = load(path)
    chat = tokenizer.apply_chat_template(CHAT, add_generation_prompt=True, tokenize=False)
    tensors: Capture = {}
    texts, captures = {}, {}
    for name, text in {"english": ENGLISH, "python": PYTHON, "cpp": CPP, "chat": chat}.items():
        ids = tokenizer.encode(text)
        texts[name], captures[name] = read_text(model, name, text, ids, tensors)
        print(name, len(ids), "tokens", texts[name]["noise"], "margin", texts[name]["greedy"]["margin"], flush=True)
    texts["chat"]["messages"] = CHAT
    steer = steer_case(model, texts, captures, tensors)
    patch = patch_case(model, tokenizer, tensors)
    packages = ["torch", "transformers", "tokenizers", "gguf", "numpy"]
    versions = {"python": platform.python_version()} | {name: version(name) for name in packages}
    record = {
        "about": "PyTorch float32 on the dequantised weights of the default model; layout: see make_reference.py",
        "regenerate": "python test/golden/make_reference.py PATH_TO_GGUF",
        "model": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "tensorsEqual": count},
        "versions": versions, "threads": torch.get_num_threads(), "vocabularySample": VOCABULARY_SAMPLE,
        "detailLayers": DETAIL_LAYERS, "fullPatternLayers": FULL_PATTERN_LAYERS, "lensLayers": LENS_LAYERS,
        "steer": steer, "patch": patch, "texts": texts,
    }  # fmt: skip
    DATA.mkdir(exist_ok=True)
    (DATA / "reference.json").write_text(pretty(record) + "\n", encoding="utf-8")
    arrays = {name: value.detach().contiguous().numpy() for name, value in sorted(tensors.items())}
    save_file(arrays, DATA / "reference.safetensors", metadata={"model": record["model"]["sha256"]})
    print(len(arrays), "tensors,", sum(a.nbytes for a in arrays.values()), "bytes")


if __name__ == "__main__":
    main()
