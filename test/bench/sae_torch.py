"""The peer of `npm run bench:sae`: the same training of a top-k autoencoder in PyTorch, driven line by line.

Owns the reference only, and shares no code with Steerscope. It does what SAELens' TopKTrainingSAE does (dense matrices,
top-k, ReLU, scatter; decoder rows of norm 1, their gradient's parallel part removed; the auxiliary loss for dead features),
with PyTorch's own fused Adam, the quickest of the three that it has.

How to run: `pip install torch numpy`, then `npm run bench:sae -- --python PATH`. Reads job.json in the folder given; each line on
stdin is a number of steps to do, answered by one line of JSON.
"""

import json
import resource
import sys
import time

import numpy as np
import torch

folder = sys.argv[1]
with open(f"{folder}/job.json", encoding="utf-8") as file:
    job = json.load(file)
D, M, K, B = job["dIn"], job["dSae"], job["k"], job["batch"]
torch.set_num_threads(job["threads"])

data = torch.from_numpy(np.fromfile(f"{folder}/rows.f32", dtype=np.float32).reshape(-1, D))
decoder = torch.from_numpy(np.fromfile(f"{folder}/wDec.f32", dtype=np.float32).reshape(M, D))
centre = torch.from_numpy(np.fromfile(f"{folder}/bDec.f32", dtype=np.float32))

W_dec = torch.nn.Parameter(decoder.clone())
W_enc = torch.nn.Parameter(decoder.t().clone().contiguous())
b_enc = torch.nn.Parameter(torch.zeros(M))
b_dec = torch.nn.Parameter(centre.clone())
adam = torch.optim.Adam([W_enc, b_enc, W_dec, b_dec], lr=1.0, betas=(0.9, 0.999), eps=1e-8, fused=True)
last_active = torch.zeros(M, dtype=torch.long)


def batch(step):
    rows = (torch.arange(B) + step * B) % len(data)
    return data[rows] * job["scale"]


def top_k(pre, k):
    values, indices = pre.topk(k, dim=1, sorted=False)
    return torch.zeros_like(pre).scatter_(1, indices, values)


def do_step(step):
    x = batch(step)
    pre = (x - b_dec) @ W_enc + b_enc
    f = top_k(pre, K).relu()
    error = f @ W_dec + b_dec - x
    squares = (error**2).sum()
    loss = squares / B
    dead = (step - last_active) >= job["deadAfter"]
    if dead.any():
        aux = top_k(pre.masked_fill(~dead, -torch.inf), min(K, int(dead.sum())))
        loss = loss + ((aux @ W_dec + error.detach()) ** 2).sum() / B / 32
    adam.zero_grad(set_to_none=True)
    loss.backward()
    with torch.no_grad():
        W_dec.grad.sub_((W_dec.grad * W_dec).sum(1, keepdim=True) * W_dec)
        adam.param_groups[0]["lr"] = job["learningRates"][step]
        adam.step()
        W_dec.div_(W_dec.norm(dim=1, keepdim=True))
        last_active[(f > 0).any(0)] = step + 1
        total = ((x - x.mean(0)) ** 2).sum()
        return 1 - float(squares) / float(total)


step = 0
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    explained = []
    for _ in range(int(line)):
        explained.append(do_step(step))
        step += 1
    answer = {
        "wallMs": 1000 * (time.perf_counter() - wall),
        "cpuMs": 1000 * (time.process_time() - cpu),
        "peakBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "explained": explained,
    }
    print(json.dumps(answer), flush=True)
