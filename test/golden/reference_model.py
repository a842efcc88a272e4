"""The default model under PyTorch, with TransformerLens' hooks: what make_reference.py measures with.

Owns the loading of a llama-family GGUF by transformers, the proof that its weights are the file's, and reading and
changing the value at a hook point. Knows no text, no file format and nothing of what is measured.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

Capture = dict[str, torch.Tensor]
Edit = Callable[[torch.Tensor], torch.Tensor]  # a hook's value [1, pos, ...], to what takes its place


def load(path: Path):
    """The tokenizer and the float32 model of a GGUF, its weights proved equal to the file's."""
    where = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(**where)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        **where, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tensors = verify_weights(model, path)
    return tokenizer, model, tensors


def verify_weights(model, path: Path) -> int:
    """Compares every tensor with gguf's own dequantisation, bit for bit; returns how many there are."""
    places = {
        "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    ends = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    heads = {"attn_q": model.config.num_attention_heads, "attn_k": model.config.num_key_value_heads}
    state = model.state_dict()
    compared = {"lm_head.weight"}  # tied; checked last
    reader = gguf.GGUFReader(path)
    for tensor in reader.tensors:
        want = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        name = ends.get(tensor.name)
        if name is None:
            _, layer, kind, _ = tensor.name.split(".")
            name = f"model.layers.{layer}.{places[kind]}.weight"
            if kind in heads:  # the file interleaves each head's two rotary halves; transformers keeps them apart
                pairs = want.reshape(heads[kind], -1, 2, want.shape[1])
                want = pairs.swapaxes(1, 2).reshape(want.shape)
        if not np.array_equal(state[name].numpy(), want):
            raise SystemExit(f"{tensor.name}: transformers' {name} is not what the gguf package reads")
        compared.add(name)
    if compared != set(state) or not torch.equal(state["lm_head.weight"], state["model.embed_tokens.weight"]):
        raise SystemExit(f"weights not accounted for: {sorted(compared ^ set(state))}")
    return len(reader.tensors)


def sites(model) -> dict[str, tuple[torch.nn.Module, str]]:
    """Where each hook point lies: a module, and whether it is that module's input or output."""
    found = {"hook_embed": (model.model.embed_tokens, "out"), "ln_final.hook_out": (model.model.norm, "out")}
    for index, layer in enumerate(model.model.layers):
        attention, mlp = layer.self_attn, layer.mlp
        for name, module, side in [
            ("hook_resid_pre", layer, "in"), ("hook_resid_mid", layer.post_attention_layernorm, "in"),
            ("hook_resid_post", layer, "out"), ("hook_attn_out", attention.o_proj, "out"), ("hook_mlp_out", mlp, "out"),
            ("ln1.hook_out", layer.input_layernorm, "out"), ("ln2.hook_out", layer.post_attention_layernorm, "out"),
            ("attn.hook_q", attention.q_proj, "out"), ("attn.hook_k", attention.k_proj, "out"),
            ("attn.hook_v", attention.v_proj, "out"), ("attn.hook_z", attention.o_proj, "in"),
            ("mlp.hook_pre", mlp.gate_proj, "out"), ("mlp.hook_pre_linear", mlp.up_proj, "out"),
            ("mlp.hook_post", mlp.down_proj, "in"),
        ]:  # fmt: skip
            found[f"blocks.{index}.{name}"] = (module, side)
    return found


@contextmanager
def edits(model, changes: dict[str, Edit]) -> Iterator[None]:
    """Runs with the value at each named hook replaced by what its edit returns."""
    places = sites(model)
    with ExitStack() as stack:
        for name, edit in changes.items():
            module, side = places[name]
            if name.endswith("hook_resid_mid"):
                # the sum both feeds the norm and is carried on, so it is changed through its last summand
                layer = model.model.layers[int(name.split(".")[1])]
                before: Capture = {}
                keep = layer.register_forward_pre_hook(lambda _, args, b=before: b.update(pre=args[0]))
                handle = layer.self_attn.o_proj.register_forward_hook(
                    lambda _, __, out, e=edit, b=before: e(b["pre"] + out) - b["pre"]
                )
                stack.callback(keep.remove)
            elif side == "out":
                handle = module.register_forward_hook(lambda _, __, out, e=edit: e(out))
            else:
                handle = module.register_forward_pre_hook(lambda _, args, e=edit: (e(args[0]), *args[1:]))
            stack.callback(handle.remove)
        yield


@torch.no_grad()
def run(model, ids: list[int]) -> tuple[torch.Tensor, Capture]:
    """Logits [pos, vocab] and every hook, [pos, ...] or [head, query, key]."""
    seen: Capture = {}

    def keep(name: str) -> Edit:
        return lambda value: seen.setdefault(name, value.clone())

    heads_apart = ("hook_q", "hook_k", "hook_v", "hook_z")
    names = [name for name in sites(model) if not name.endswith("hook_resid_mid")]
    with edits(model, {name: keep(name) for name in names}), ExitStack() as stack:
        for index, layer in enumerate(model.model.layers):  # only looked at, so no edit of the sum is wanted
            look = keep(f"blocks.{index}.hook_resid_mid")
            handle = layer.post_attention_layernorm.register_forward_pre_hook(lambda _, args, k=look: (k(args[0]),))
            stack.callback(handle.remove)
        out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    hooks = {name: value[0] for name, value in seen.items()}
    width = model.config.head_dim
    for name in [name for name in hooks if name.endswith(heads_apart)]:
        hooks[name] = hooks[name].reshape(len(ids), -1, width)
    for index, pattern in enumerate(out.attentions):
        hooks[f"blocks.{index}.attn.hook_pattern"] = pattern[0]
    derive(model, hooks)
    return out.logits[0], hooks


def derive(model, hooks: Capture) -> None:
    """Adds the hooks that lie inside transformers' functions, and checks them against what those returned."""
    count = len(hooks["hook_embed"])
    cosine, sine = model.model.rotary_emb(hooks["hook_embed"], torch.arange(count)[None])
    future = torch.ones(count, count).triu(1).bool()
    before = {"ln_final": hooks[f"blocks.{len(model.model.layers) - 1}.hook_resid_post"]}
    gains = {"ln_final": model.model.norm}
    for index, layer in enumerate(model.model.layers):
        at = f"blocks.{index}."
        below = hooks[f"blocks.{index - 1}.hook_resid_post"] if index else hooks["hook_embed"]
        assert torch.equal(hooks[at + "hook_resid_pre"], below), "the residual stream is broken"
        before |= {at + "ln1": hooks[at + "hook_resid_pre"], at + "ln2": hooks[at + "hook_resid_mid"]}
        gains |= {at + "ln1": layer.input_layernorm, at + "ln2": layer.post_attention_layernorm}
        q, k = apply_rotary_pos_emb(hooks[at + "attn.hook_q"], hooks[at + "attn.hook_k"], cosine[0], sine[0])
        repeated = k.repeat_interleave(q.shape[1] // k.shape[1], dim=1)
        scores = torch.einsum("qhd,khd->hqk", q, repeated) * layer.self_attn.scaling
        scores = scores.masked_fill(future, -torch.inf)
        hooks |= {at + "attn.hook_rot_q": q, at + "attn.hook_rot_k": k, at + "attn.hook_attn_scores": scores}
        torch.testing.assert_close(scores.softmax(-1), hooks[at + "attn.hook_pattern"], rtol=1e-4, atol=1e-6)
    for name, value in before.items():
        scale = (value.pow(2).mean(-1, keepdim=True) + model.config.rms_norm_eps).sqrt()
        hooks |= {name + ".hook_scale": scale, name + ".hook_normalized": value / scale}
        normalised = hooks[name + ".hook_normalized"] * gains[name].weight
        torch.testing.assert_close(normalised, hooks[name + ".hook_out"], rtol=1e-5, atol=1e-6)
