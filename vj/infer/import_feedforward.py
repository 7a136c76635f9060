"""Files of fast-style-transfer and pix2pix made ours, and how these and Magenta's are known.
Called by vj.infer.import_weights, which reads, tries and writes; nothing here touches a disk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.import_magenta import magenta
from vj.infer.tensor_names import Made, Make, Tensors, take

LENGSTROM_LAYERS = (
    "conv1", "conv2", "conv3",
    *(f"resid{block}.{conv}" for block in range(1, 6) for conv in (1, 2)),
    "conv_t1", "conv_t2", "conv_t3",
)  # fmt: skip


def fast_style(files: Sequence[Tensors]) -> Made:
    """Take a pytorch/examples TransformerNet or a lengstrom/ml5 network, as its names tell."""
    tensors = {key: tensor for file in files for key, tensor in file.items()}
    facts: dict[str, object] = {
        "title": "Fast style transfer, one style",
        "licence": "unknown",
        "multiple": 4,
        "range_in": [0.0, 255.0],
        "range_out": [0.0, 255.0],
    }
    if "conv1.conv2d.weight" in tensors:
        # files older than torch 0.4 carry statistics an instance norm never used
        dead = ("running_mean", "running_var", "num_batches_tracked")
        kept = {key: t.float() for key, t in tensors.items() if not key.endswith(dead)}
        facts["origin"] = "TransformerNet of pytorch/examples; converted by vj models import"
        return kept, facts
    facts["origin"] = "lengstrom/fast-style-transfer or ml5; converted by vj models import"
    if "Variable" not in tensors:
        return {key: tensor.float() for key, tensor in tensors.items()}, facts
    out: dict[str, Tensor] = {}
    for number, layer in enumerate(LENGSTROM_LAYERS):
        for part, name in enumerate(("weight", "shift", "scale")):
            place = 3 * number + part
            tensor = take(tensors, f"Variable_{place}" if place else "Variable")
            # (height, width, inputs, outputs); a transposed one has (..., outputs, inputs)
            out[f"{layer}.{name}"] = tensor.permute(3, 2, 0, 1) if part == 0 else tensor.flatten()
    return out, facts


def pix2pix(files: Sequence[Tensors]) -> Made:
    """Take a generator of pix2pix-tensorflow or of pytorch-CycleGAN-and-pix2pix."""
    tensors = {key.removesuffix(":0"): t for file in files for key, t in file.items()}
    facts: dict[str, object] = {
        "title": "pix2pix generator",
        "licence": "unknown",
        "origin": "trained here or elsewhere; taken over by vj models import",
        "range_in": [-1.0, 1.0],
        "range_out": [-1.0, 1.0],
    }
    if "down.0.weight" in tensors:
        return tensors, facts
    if "model.model.0.weight" in tensors:
        facts["origin"] = "pytorch-CycleGAN-and-pix2pix; converted by vj models import"
        return _pix2pix_torch(tensors), facts
    facts["origin"] = "pix2pix-tensorflow; converted by vj models import"
    return _pix2pix_tensorflow(tensors), facts


def _pix2pix_tensorflow(tensors: Tensors) -> dict[str, Tensor]:
    """Rename encoder_k and decoder_k; before a norm a bias has no effect and is left out."""
    levels = 0
    while any(key.startswith(f"generator/encoder_{levels + 1}/") for key in tensors):
        levels += 1
    out: dict[str, Tensor] = {}
    for level in range(levels):
        for ours, theirs, words in (
            ("down", f"generator/encoder_{level + 1}", ("conv2d/kernel", "conv/filter")),
            ("up", f"generator/decoder_{level + 1}", ("conv2d_transpose/kernel", "deconv/filter")),
        ):
            kernel = take(tensors, *(f"{theirs}/{word}" for word in words))
            # (height, width, inputs, outputs); a transposed one has (..., outputs, inputs)
            out[f"{ours}.{level}.weight"] = kernel.permute(3, 2, 0, 1)
            if level:
                new, old = f"{theirs}/batch_normalization", f"{theirs}/batchnorm"
                norm = f"{ours}_norm.{level}"
                out[f"{norm}.scale"] = take(tensors, f"{new}/gamma", f"{old}/scale")
                out[f"{norm}.shift"] = take(tensors, f"{new}/beta", f"{old}/offset")
            else:
                key = f"{theirs}/{words[0].split('/')[0]}/bias"
                width = kernel.shape[3] if ours == "down" else kernel.shape[2]
                out[f"{ours}.0.bias"] = tensors.get(key, torch.zeros(width)).float()
    return out


def _pix2pix_torch(tensors: Tensors) -> dict[str, Tensor]:
    """Unfold the nested blocks; their skip comes before the decoder's features, ours after."""
    paths = ["model.model"]
    while any(
        key.startswith(f"{paths[-1]}.{1 if len(paths) == 1 else 3}.model") for key in tensors
    ):
        paths.append(f"{paths[-1]}.{1 if len(paths) == 1 else 3}.model")
    last = len(paths) - 1
    if not {f"{paths[1]}.2.weight", f"{paths[1]}.1.bias"} & set(tensors):
        raise UserError("a generator without norms (--norm none) is not supported")
    out: dict[str, Tensor] = {}
    for level, path in enumerate(paths):
        # places within a block: [relu] conv [norm] block relu conv [norm]
        down = f"{path}.{1 if level else 0}"
        place = 5 if 0 < level < last else 3
        out[f"down.{level}.weight"] = weight = take(tensors, f"{down}.weight")
        up = take(tensors, f"{path}.{place}.weight")
        half = up.shape[0] // 2
        out[f"up.{level}.weight"] = up if level == last else torch.cat([up[half:], up[:half]])
        if level in (0, last):
            bias = tensors.get(f"{down}.bias", torch.zeros(weight.shape[0]))
            out[f"down.{level}.bias"] = bias.float()
        else:
            _copy_norm(tensors, f"{path}.2", out, f"down_norm.{level}", weight.shape[0])
        if level == 0:
            out["up.0.bias"] = take(tensors, f"{path}.{place}.bias")
        else:
            _copy_norm(tensors, f"{path}.{place + 1}", out, f"up_norm.{level}", up.shape[1])
    return out


def _copy_norm(
    tensors: Tensors, theirs: str, out: dict[str, Tensor], ours: str, width: int
) -> None:
    """Copy a norm's scale and shift; an instance norm of that project has none."""
    out[f"{ours}.scale"] = tensors.get(f"{theirs}.weight", torch.ones(width)).float()
    out[f"{ours}.shift"] = tensors.get(f"{theirs}.bias", torch.zeros(width)).float()


# how the files of one model are known by a part of their keys, and what joins them
FORMATS: Mapping[str, tuple[re.Pattern[str], Make]] = {
    "magenta": (
        re.compile(
            r"^(MobilenetV2/Conv[./]|InceptionV3/|(transformer/)?contract/conv1[./]"
            r"|transformer\.style\.)"
        ),
        magenta,
    ),
    "fast_style": (
        re.compile(r"^(conv1\.conv2d\.weight|conv_t1\.weight|Variable_47)$"),
        fast_style,
    ),
    "pix2pix": (
        re.compile(r"^(generator/encoder_1/|model\.model\.1\.model\.3\.|down\.0\.weight$)"),
        pix2pix,
    ),
}
