"""Makes test/golden/data/dequant.safetensors: what the Python package `gguf` makes of quantised bytes.

The tests do not need Python; run this only to make the file again:

    python3 -m venv venv && venv/bin/pip install gguf numpy
    venv/bin/python test/golden/make_dequant.py

For each of the eleven tensor types that Steerscope reads, the file has
    <TYPE>.bytes   U8   the tensor as stored
    <TYPE>.weights U32  the bits of the float32 weights that gguf.quants.dequantize gives
and for the three that it writes too
    <TYPE>.source  F32  the weights that gguf.quants.quantize made <TYPE>.bytes from.
The K-quants, which the package cannot quantise to, and Q5_0 and Q5_1 are random bytes with finite scales. Besides:
    half.bits U16, half.weights U32: every seventh 16-bit pattern that is not a NaN, and the bits of its float32,
    round.source U32, round.half U16, round.bf16 U16: bits of float32 numbers, and of what they round to.
"""

import json
import struct
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize, quantize

SEED = 20250101
BLOCKS = 24
OUT = Path(__file__).parent / "data" / "dequant.safetensors"

DTYPES = {np.dtype("u1"): "U8", np.dtype("u2"): "U16", np.dtype("u4"): "U32", np.dtype("f4"): "F32"}
# Where the halves that scale a block lie in it: they are drawn apart, so as to be finite.
SCALE_OFFSETS = {"Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,), "Q5_0": (0,), "Q5_1": (0, 2)}


def random_weights(rng, blocks):
    """Rows of 32 weights of many sizes, with a block of zeros, a block of one value, and exact ties among them."""
    weights = rng.standard_normal((blocks, 32)).astype(np.float32)
    weights *= np.exp2(rng.integers(-12, 6, (blocks, 1))).astype(np.float32)
    weights[0] = 0
    weights[1] = 0.25
    weights[2] = np.arange(-16, 16) / 8
    weights[3, 1:] = 0
    weights[4] = -np.abs(weights[4])
    return weights.reshape(1, -1)


def random_blocks(rng, name, blocks):
    _, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    data = rng.integers(0, 256, (blocks, size), dtype=np.uint8)
    for offset in SCALE_OFFSETS[name]:
        halves = rng.integers(0, 1 << 16, blocks, dtype=np.uint16)
        halves = np.where((halves & 0x7C00) == 0x7C00, halves & 0xBFFF, halves).astype("<u2")
        data[:, offset : offset + 2] = halves.view(np.uint8).reshape(blocks, 2)
    return data.reshape(1, -1)


def halves():
    bits = np.arange(1 << 16, dtype=np.uint32).astype("<u2")
    return bits[~np.isnan(bits.view(np.float16))]


def rounding_sources(rng):
    """Float32 numbers next to, at, and half way between neighbouring halves and bfloat16s; then random bits."""
    exact = halves()[::97].view(np.float16).astype(np.float32)
    exact = exact[np.isfinite(exact)]
    following = np.nextafter(exact.astype(np.float16), np.float16(np.inf)).astype(np.float32)
    middle = (exact + following) / np.float32(2)
    around = [np.nextafter(middle, np.float32(side)) for side in (-np.inf, np.inf)]
    ties = (rng.integers(0, 1 << 16, 500, dtype=np.uint32) << 16) | 0x8000
    anything = rng.integers(0, 1 << 32, 2000, dtype=np.uint32)
    special = np.array([0, 1 << 31, 0x33000000, 0x33000001, 0x477FEFFF, 0x477FF000, 0x7F7FFFFF, 0x7F800000], np.uint32)
    parts = [a.astype(np.float32).view(np.uint32) for a in (exact, middle, *around)] + [ties, anything, special]
    bits = np.concatenate(parts)
    return bits[~np.isnan(bits.view(np.float32))]


def round_to_bf16(bits):
    return quantize(bits.view(np.float32).reshape(1, -1), GGMLQuantizationType.BF16).view(np.uint16).ravel()


def make():
    rng = np.random.default_rng(SEED)
    tensors = {}
    for name in ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"):
        qtype = GGMLQuantizationType[name]
        if name in SCALE_OFFSETS:
            stored = random_blocks(rng, name, BLOCKS)
        else:
            source = random_weights(rng, BLOCKS)
            stored = quantize(source, qtype).view(np.uint8)
            if name.startswith("Q"):
                tensors[f"{name}.source"] = source.ravel()
        tensors[f"{name}.bytes"] = stored.ravel()
        tensors[f"{name}.weights"] = np.ascontiguousarray(dequantize(stored, qtype)).view(np.uint32).ravel()
    tensors["half.bits"] = halves()[::7].copy()
    tensors["half.weights"] = tensors["half.bits"].view(np.float16).astype(np.float32).view(np.uint32)
    sources = rounding_sources(rng)
    tensors["round.source"] = sources
    with np.errstate(over="ignore"):
        tensors["round.half"] = sources.view(np.float32).astype(np.float16).view(np.uint16)
    tensors["round.bf16"] = round_to_bf16(sources)
    return tensors


def write(tensors):
    """Safetensors by hand, wide elements first so that each is aligned."""
    header = {"__metadata__": {"made_by": "test/golden/make_dequant.py", "seed": str(SEED)}}
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    end = 0
    for name, array in ordered:
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": DTYPES[array.dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for _, array in ordered))


write(make())
print(f"{OUT}: {OUT.stat().st_size} bytes")
