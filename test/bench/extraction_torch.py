"""The peer of `npm run bench:extraction`: the llama forward pass in PyTorch, its residual streams taken by forward hooks.

Owns the reference only, and shares no code with Steerscope. It is what transformers' LlamaForCausalLM does in float32
(separate projections, rotation by halves, PyTorch's own attention), as modules, so that `register_forward_hook` is what takes
the values. It reads the dequantised weights that the bench wrote.

How to run: `pip install torch numpy`, then `npm run bench:extraction -- --python PATH`. Each line on stdin is a request,
answered by one line of JSON.
"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

folder = sys.argv[1]
with open(f"{folder}/job.json", encoding="utf-8") as file:
    job = json.load(file)
torch.set_num_threads(job["threads"])
HEADS, KV_HEADS, EPSILON = job["heads"], job["kvHeads"], job["rmsEpsilon"]
numbers = np.memmap(f"{folder}/weights.f32", dtype=np.float32, mode="r")


def stored(entry):
    count = int(np.prod(entry["shape"]))
    return torch.from_numpy(numbers[entry["offset"] : entry["offset"] + count].reshape(entry["shape"]).copy())


weights = {entry["name"]: stored(entry) for entry in job["weights"]}


def by_halves(weight, heads):
    """The file has the two halves of each head's rotation interleaved; here they are kept apart."""
    return weight.view(heads, -1, 2, weight.shape[1]).transpose(1, 2).reshape(weight.shape).contiguous()


def linear(name, heads=None):
    weight = weights[f"{name}.weight"]
    module = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    module.weight = nn.Parameter(by_halves(weight, heads) if heads else weight, requires_grad=False)
    return module


def norm(name):
    weight = weights[f"{name}.weight"]
    module = nn.RMSNorm(weight.shape[0], eps=EPSILON)
    module.weight = nn.Parameter(weight, requires_grad=False)
    return module


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Block(nn.Module):
    def __init__(self, layer):
        super().__init__()
        at = f"blk.{layer}"
        self.ln1, self.ln2 = norm(f"{at}.attn_norm"), norm(f"{at}.ffn_norm")
        self.q, self.k = linear(f"{at}.attn_q", HEADS), linear(f"{at}.attn_k", KV_HEADS)
        self.v, self.o = linear(f"{at}.attn_v"), linear(f"{at}.attn_output")
        self.gate, self.up, self.down = (linear(f"{at}.ffn_{name}") for name in ("gate", "up", "down"))

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        h = self.ln1(x)
        q, k, v = (
            project(h).view(batch, length, heads, -1).transpose(1, 2)
            for project, heads in ((self.q, HEADS), (self.k, KV_HEADS), (self.v, KV_HEADS))
        )
        z = F.scaled_dot_product_attention(
            rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True, enable_gqa=True
        )
        x = x + self.o(z.transpose(1, 2).reshape(batch, length, -1))
        h = self.ln2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = weights["token_embd.weight"]
        self.blocks = nn.ModuleList(Block(layer) for layer in range(job["layers"]))
        self.ln_final = norm("output_norm")
        self.head = weights.get("output.weight", self.embed)

    def forward(self, ids, stop_at):
        """The logits of every position; with `stop_at`, nothing after so many blocks."""
        x = self.embed[ids]
        width = self.embed.shape[1] // HEADS
        rates = job["ropeBase"] ** (-torch.arange(0, width, 2) / width)
        angles = torch.arange(ids.shape[1])[:, None] * torch.cat((rates, rates))
        cos, sin = angles.cos(), angles.sin()
        for block in self.blocks[:stop_at]:
            x = block(x, cos, sin)
        return x if stop_at is not None else F.linear(self.ln_final(x), self.head)


model = Model().eval()


@torch.inference_mode()
def extract(request):
    layers, first = request["layers"], request["first"]
    stop_at = layers if request["cut"] else None
    taken = {}
    handles = [
        block.register_forward_hook(lambda _module, _args, out, layer=layer: taken.update({layer: out}))
        for layer, block in enumerate(model.blocks[:layers])
    ]
    wall, cpu = time.perf_counter(), time.process_time()
    count, sample = 0, []
    for done in range(0, request["count"], request["batch"]):
        end = min(done + request["batch"], request["count"])
        model(torch.tensor(job["prompts"][first + done : first + end]), stop_at)
        count += sum(value.numel() for value in taken.values())
        if done == 0:
            sample = [number for value in taken.values() for number in value[0, -1, :16].tolist()]
    answer = {"wallMs": 1000 * (time.perf_counter() - wall), "cpuMs": 1000 * (time.process_time() - cpu)}
    for handle in handles:
        handle.remove()
    return answer | {"numbers": count, "sample": sample}


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(extract(json.loads(line))), flush=True)
