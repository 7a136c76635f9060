"""Magenta's predictor and transformer in their public forms, joined into one network of ours.
Called by vj.infer.import_feedforward."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer import inception
from vj.infer.tensor_names import Made, Tensors, take

TF_EPSILON = 1e-3  # of the batch norms
LAYERS = (
    *(f"residual/residual{block}/conv{conv}" for block in range(1, 6) for conv in (1, 2)),
    *(f"expand/conv{conv}/conv" for conv in (1, 2, 3)),
)


def _scaled(tensors: Tensors, *names: str) -> Tensor:
    """Return a weight, from int8 and a scale per output channel where it is kept so."""
    for name in names:
        if f"{name}.weight_q" in tensors:
            scale = take(tensors, f"{name}.scale")
            weight = tensors[f"{name}.weight_q"].float()
            return weight * scale.view(-1, *[1] * (weight.ndim - 1))
    return take(tensors, *(f"{name}.weight" for name in names))


def magenta(files: Sequence[Tensors]) -> Made:
    """Join Magenta's predictor and transformer into one network.

    Their names are those of the TensorFlow checkpoint, of tfjs, of TFLite or of its npz.
    """
    tensors = {key: tensor for file in files for key, tensor in file.items()}
    facts: dict[str, object] = {
        "title": "Magenta, any picture as style",
        "multiple": 4,
        "licence": "Apache-2.0",
        "origin": "Ghiasi et al. 2017, Google Magenta; converted by vj models import",
        "url": "https://tfhub.dev/google/magenta/arbitrary-image-stylization-v1-256/2",
        "options": {"style_size": 256},
    }
    if any(key.startswith("transformer.style.") for key in tensors):
        return tensors, facts
    if "transformer/contract/Pad/paddings" in tensors:
        facts["origin"] = "reiinakano/arbitrary-image-stylization-tfjs; by vj models import"
        facts["url"] = "https://github.com/reiinakano/arbitrary-image-stylization-tfjs"
        # these were trained with black around the picture, not with its reflection
        facts["options"] = {"style_size": 256, "padding": "zeros"}
    tensors = _plain(tensors)
    return {**_predictor(tensors), **_transformer(tensors)}, facts


def _plain(tensors: Tensors) -> dict[str, Tensor]:
    """Give every layer one name, weights (outputs, inputs, h, w) and a bias, norms folded in."""
    out: dict[str, Tensor] = {}
    # TFLite has turned the weights already, to (outputs, h, w, inputs), and folded the norms
    lite = any(key.endswith("/Conv2D_bias") for key in tensors)
    turn = (0, 3, 1, 2) if lite else (3, 2, 0, 1)
    turn_depthwise = (3, 0, 1, 2) if lite else (2, 3, 0, 1)
    for key, tensor in tensors.items():
        layer, _, part = key.rpartition("/")
        name = _layer(layer)
        if part in ("weights", "pointwise_weights"):
            out[f"{name}.weight"] = tensor.permute(turn)
        elif part == "depthwise_weights":
            suffix = "" if name.startswith("MobilenetV2/") else ".depthwise"
            out[f"{name}{suffix}.weight"] = tensor.permute(turn_depthwise)
        elif part in ("biases", "Conv2D_bias", "depthwise_bias"):
            out[f"{name}.bias"] = tensor
        elif "." in key:
            out[key] = tensor
    for key in tensors:
        if key.endswith("/BatchNorm/moving_variance"):
            norm = key.rpartition("/")[0]
            name = _layer(norm.rpartition("/")[0])
            variance = take(tensors, key)
            names = [n for n in (f"{norm}/gamma", f"{norm}/Const") if n in tensors]
            # Inception's norms have no scale; a frozen graph shares one Const of ones among many
            gamma = take(tensors, *names) if names else torch.ones_like(variance)
            scale = gamma / (variance + TF_EPSILON).sqrt()
            out[f"{name}.weight"] = take(out, f"{name}.weight") * scale.view(-1, 1, 1, 1)
            mean, beta = take(tensors, f"{norm}/moving_mean"), take(tensors, f"{norm}/beta")
            out[f"{name}.bias"] = beta - mean * scale
    return out


def _layer(name: str) -> str:
    """Turn a graph's path of a layer into the name it has in the TFLite graph."""
    for theirs, ours in (("StyleNorm/Conv_1", "gamma"), ("StyleNorm/Conv", "beta")):
        if name.startswith("style_params/transformer/") and name.endswith(f"/{theirs}"):
            layer = name.removeprefix("style_params/transformer/").removesuffix(f"/{theirs}")
            return f"{ours}/{layer}"
    return name.removeprefix("transformer/").replace("dilate_conv", "conv")


def _predictor(tensors: Tensors) -> dict[str, Tensor]:
    if any(key.startswith("InceptionV3/") for key in tensors):
        return _inception(tensors)
    if not any(key.startswith("MobilenetV2/") for key in tensors):
        raise UserError(
            "Magenta needs two files, a predictor and a transformer of the same style space; "
            "the predictor (names beginning with 'MobilenetV2/' or 'InceptionV3/') is missing"
        )
    out: dict[str, Tensor] = {}

    def conv(ours: str, *theirs: str) -> None:
        out[f"predictor.{ours}.conv.weight"] = _scaled(tensors, *theirs)
        out[f"predictor.{ours}.conv.bias"] = take(tensors, *(f"{name}.bias" for name in theirs))

    conv("first", "MobilenetV2/Conv")
    for number in range(17):
        block = f"MobilenetV2/expanded_conv_{number}" if number else "MobilenetV2/expanded_conv"
        if number:
            conv(f"blocks.{number}.expand", f"{block}/expand")
        conv(f"blocks.{number}.depthwise", f"{block}/depthwise/depthwise", f"{block}/depthwise")
        conv(f"blocks.{number}.project", f"{block}/project")
    conv("last", "MobilenetV2/Conv_1")
    out["predictor.vector.weight"] = _scaled(tensors, "mobilenet_conv/Conv").flatten(1)
    out["predictor.vector.bias"] = take(tensors, "mobilenet_conv/Conv.bias")
    return out


def _inception(tensors: Tensors) -> dict[str, Tensor]:
    """Take the larger predictor, that of the paper."""
    out: dict[str, Tensor] = {}
    for ours, theirs in inception.LAYERS.items():
        for part in ("weight", "bias"):
            out[f"predictor.{ours}.{part}"] = take(tensors, f"{theirs}.{part}")
    out["predictor.vector.weight"] = take(tensors, "Conv.weight").flatten(1)
    out["predictor.vector.bias"] = take(tensors, "Conv.bias")
    return out


def _transformer(tensors: Tensors) -> dict[str, Tensor]:
    if "contract/conv1.weight" not in tensors:
        raise UserError(
            "Magenta needs two files, a predictor and a transformer of the same style space; "
            "the transformer ('contract/conv1.weight') is missing"
        )
    out: dict[str, Tensor] = {}
    for number in range(3):
        for part in ("weight", "bias"):
            key = f"transformer.contract.{number}.conv.{part}"
            out[key] = take(tensors, f"contract/conv{number + 1}.{part}")
    for number, layer in enumerate(LAYERS):
        ours = f"residual.{number}" if number < 10 else f"expand.{number - 10}"
        kernel = take(tensors, f"{layer}.weight")
        if f"{layer}.depthwise.weight" in tensors:
            out[f"transformer.{ours}.depthwise.weight"] = tensors[f"{layer}.depthwise.weight"]
            out[f"transformer.{ours}.pointwise.weight"] = kernel
        else:
            out[f"transformer.{ours}.conv.weight"] = kernel
    for part in ("weight", "bias"):
        # one linear layer for all norms: scales, then shifts, of one norm after the other
        rows = [
            take(tensors, f"{kind}/{layer}.{part}")
            for layer in LAYERS
            for kind in ("gamma", "beta")
        ]
        out[f"transformer.style.{part}"] = torch.cat([row.squeeze() for row in rows])
    return out
