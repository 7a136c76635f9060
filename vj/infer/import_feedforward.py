"""Files of Magenta, fast-style-transfer and pix2pix known by their tensors' names, made ours.
Called by vj.infer.import_weights, which reads, tries and writes; nothing here touches a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError

Tensors = Mapping[str, Tensor]
Made = tuple[dict[str, Tensor], dict[str, object]]  # tensors to keep, facts for the card
Make = Callable[[Sequence[Tensors]], Made]

LENGSTROM_LAYERS = (
    "conv1", "conv2", "conv3",
    *(f"resid{block}.{conv}" for block in range(1, 6) for conv in (1, 2)),
    "conv_t1", "conv_t2", "conv_t3",
)  # fmt: skip
MAGENTA_LAYERS = (
    *(f"residual/residual{block}/conv{conv}" for block in range(1, 6) for conv in (1, 2)),
    *(f"expand/conv{conv}/conv" for conv in (1, 2, 3)),
)


def _take(tensors: Tensors, *keys: str) -> Tensor:
    """Return the first tensor there is under one of the names, as float32.

    Raises: UserError naming the first when none is there.
    """
    for key in keys:
        if key in tensors:
            return tensors[key].float()
    raise UserError(f"no tensor {keys[0]!r} in these files")


def _scaled(tensors: Tensors, *names: str) -> Tensor:
    """Return a weight, from int8 and a scale per output channel where it is kept so."""
    for name in names:
        if f"{name}.weight_q" in tensors:
            scale = _take(tensors, f"{name}.scale")
            weight = tensors[f"{name}.weight_q"].float()
            return weight * scale.view(-1, *[1] * (weight.ndim - 1))
    return _take(tensors, *(f"{name}.weight" for name in names))


def magenta(files: Sequence[Tensors]) -> Made:
    """Join Magenta's predictor and transformer (names of the TFLite graph) into one network."""
    tensors = {key: tensor for file in files for key, tensor in file.items()}
    if any(key.startswith("transformer.style.") for key in tensors):
        return dict(tensors), _magenta_facts()
    out = {**_magenta_predictor(tensors), **_magenta_transformer(tensors)}
    return out, _magenta_facts()


def _magenta_facts() -> dict[str, object]:
    return {
        "title": "Magenta, any picture as style",
        "multiple": 4,
        "licence": "Apache-2.0",
        "origin": "Ghiasi et al. 2017, Google Magenta; converted by vj models import",
        "url": "https://tfhub.dev/google/magenta/arbitrary-image-stylization-v1-256/2",
        "options": {"style_size": 256},
    }


def _magenta_predictor(tensors: Tensors) -> dict[str, Tensor]:
    if not any(key.startswith("MobilenetV2/") for key in tensors):
        raise UserError(
            "Magenta needs two files, a predictor and a transformer of the same style space; "
            "the predictor (names beginning with 'MobilenetV2/') is missing"
        )
    out: dict[str, Tensor] = {}

    def conv(ours: str, *theirs: str) -> None:
        out[f"predictor.{ours}.conv.weight"] = _scaled(tensors, *theirs)
        out[f"predictor.{ours}.conv.bias"] = _take(tensors, *(f"{name}.bias" for name in theirs))

    conv("first", "MobilenetV2/Conv")
    for number in range(17):
        block = f"MobilenetV2/expanded_conv_{number}" if number else "MobilenetV2/expanded_conv"
        if number:
            conv(f"blocks.{number}.expand", f"{block}/expand")
        conv(f"blocks.{number}.depthwise", f"{block}/depthwise/depthwise", f"{block}/depthwise")
        conv(f"blocks.{number}.project", f"{block}/project")
    conv("last", "MobilenetV2/Conv_1")
    out["predictor.vector.weight"] = _scaled(tensors, "mobilenet_conv/Conv").flatten(1)
    out["predictor.vector.bias"] = _take(tensors, "mobilenet_conv/Conv.bias")
    return out


def _magenta_transformer(tensors: Tensors) -> dict[str, Tensor]:
    if "contract/conv1.weight" not in tensors:
        raise UserError(
            "Magenta needs two files, a predictor and a transformer of the same style space; "
            "the transformer ('contract/conv1.weight') is missing"
        )
    out: dict[str, Tensor] = {}
    for number in range(3):
        for part in ("weight", "bias"):
            key = f"transformer.contract.{number}.conv.{part}"
            out[key] = _take(tensors, f"contract/conv{number + 1}.{part}")
    for number, layer in enumerate(MAGENTA_LAYERS):
        ours = f"residual.{number}" if number < 10 else f"expand.{number - 10}"
        out[f"transformer.{ours}.conv.weight"] = _take(tensors, f"{layer}.weight")
    for part in ("weight", "bias"):
        # one linear layer for all norms: scales, then shifts, of one norm after the other
        rows = [
            _take(tensors, f"{kind}/{layer}.{part}")
            for layer in MAGENTA_LAYERS
            for kind in ("gamma", "beta")
        ]
        out[f"transformer.style.{part}"] = torch.cat([row.squeeze() for row in rows])
    return out


def fast_style(files: Sequence[Tensors]) -> Made:
    """Take a pytorch/examples TransformerNet or a lengstrom/ml5 network, as its names tell."""
    tensors = {key: tensor for file in files for key, tensor in file.items()}
    facts: dict[str, object] = {
        "title": "Fast style transfer, one style",
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
            tensor = _take(tensors, f"Variable_{place}" if place else "Variable")
            # (height, width, inputs, outputs); a transposed one has (..., outputs, inputs)
            out[f"{layer}.{name}"] = tensor.permute(3, 2, 0, 1) if part == 0 else tensor.flatten()
    return out, facts


def pix2pix(files: Sequence[Tensors]) -> Made:
    """Take a generator of pix2pix-tensorflow or of pytorch-CycleGAN-and-pix2pix."""
    tensors = {key.removesuffix(":0"): t for file in files for key, t in file.items()}
    facts: dict[str, object] = {
        "title": "pix2pix generator",
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
            kernel = _take(tensors, *(f"{theirs}/{word}" for word in words))
            # (height, width, inputs, outputs); a transposed one has (..., outputs, inputs)
            out[f"{ours}.{level}.weight"] = kernel.permute(3, 2, 0, 1)
            if level:
                new, old = f"{theirs}/batch_normalization", f"{theirs}/batchnorm"
                norm = f"{ours}_norm.{level}"
                out[f"{norm}.scale"] = _take(tensors, f"{new}/gamma", f"{old}/scale")
                out[f"{norm}.shift"] = _take(tensors, f"{new}/beta", f"{old}/offset")
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
        out[f"down.{level}.weight"] = weight = _take(tensors, f"{down}.weight")
        up = _take(tensors, f"{path}.{place}.weight")
        half = up.shape[0] // 2
        out[f"up.{level}.weight"] = up if level == last else torch.cat([up[half:], up[:half]])
        if level in (0, last):
            bias = tensors.get(f"{down}.bias", torch.zeros(weight.shape[0]))
            out[f"down.{level}.bias"] = bias.float()
        else:
            _copy_norm(tensors, f"{path}.2", out, f"down_norm.{level}", weight.shape[0])
        if level == 0:
            out["up.0.bias"] = _take(tensors, f"{path}.{place}.bias")
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
        re.compile(r"^(MobilenetV2/Conv\.|contract/conv1\.weight$|transformer\.style\.)"),
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
