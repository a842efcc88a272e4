"""The side of sae_lens in saelens.ts, which starts this: `check FOLDER` loads the autoencoders that we wrote, `write FOLDER`
writes some for us to read. Needs sae-lens 6.54.12.
"""

import pathlib
import sys

import sae_lens
import torch
from safetensors.torch import load_file, save_file

TOLERANCE = 1e-5
D_IN, D_SAE, K, ROWS = 32, 128, 8, 64


def check(folder):
    """Every folder in `folder` has an autoencoder of ours, and in expected.safetensors what we made with it."""
    worst = 0.0
    for path in sorted(folder.iterdir()):
        sae = sae_lens.SAE.load_from_disk(path)
        expected = load_file(path / "expected.safetensors")
        with torch.no_grad():
            features = sae.encode(expected["x"])
            decoded = sae.decode(features)
        far = [(a - b).abs().max().item() for a, b in ((features, expected["features"]), (decoded, expected["decoded"]))]
        print(f"{path.name}: written by us, read by sae_lens: features within {far[0]:.3g}, reconstruction within {far[1]:.3g}")
        worst = max(worst, *far)
    return worst


def random_weights(sae):
    """Weights that are no symmetric start: every part of them matters to the result."""
    with torch.no_grad():
        for name, value in sae.named_parameters():
            value.copy_(torch.randn_like(value) * (0.3 if name != "threshold" else 0.2))
            if name == "threshold":
                value.abs_()


def write(folder):
    torch.manual_seed(1)
    sizes = {"d_in": D_IN, "d_sae": D_SAE}
    cases = {
        "standard": sae_lens.StandardSAE(sae_lens.StandardSAEConfig(**sizes)),
        "topk": sae_lens.TopKSAE(sae_lens.TopKSAEConfig(**sizes, k=K)),
        "topk-rescaled": sae_lens.TopKSAE(sae_lens.TopKSAEConfig(**sizes, k=K, rescale_acts_by_decoder_norm=True)),
        "jumprelu": sae_lens.JumpReLUSAE(sae_lens.JumpReLUSAEConfig(**sizes, apply_b_dec_to_input=False)),
    }
    for name, sae in cases.items():
        random_weights(sae)
        sae.save_model(folder / name)
        expect(folder / name, sae)
    # A checkpoint of training, and what sae_lens makes of it for use: the same autoencoder.
    training = sae_lens.BatchTopKTrainingSAE(sae_lens.BatchTopKTrainingSAEConfig(**sizes, k=K))
    random_weights(training)
    training.topk_threshold.fill_(1.5)
    training.save_model(folder / "batchtopk")
    training.save_inference_model(folder / "batchtopk-inference")
    inference = sae_lens.SAE.load_from_disk(folder / "batchtopk-inference")
    for name in ("batchtopk", "batchtopk-inference"):
        expect(folder / name, inference)


def expect(path, sae):
    x = torch.randn(ROWS, D_IN)
    with torch.no_grad():
        features = sae.encode(x)
        save_file({"x": x, "features": features, "decoded": sae.decode(features)}, path / "expected.safetensors")


task, folder = sys.argv[1], pathlib.Path(sys.argv[2])
if task == "check":
    sys.exit(0 if check(folder) <= TOLERANCE else 1)
write(folder)
