"""Files of AdaIN, SANet, Avatar-Net and WCT known by their tensors' names, brought to ours.
Called by vj.infer.import_weights, which reads, tries and writes; nothing here touches a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.vgg import FULL, LAYERS, SMALL, layers, shapes

Tensors = Mapping[str, Tensor]
Made = tuple[dict[str, Tensor], dict[str, object]]  # tensors to keep, facts for the card
Shapes = Mapping[str, tuple[int, ...]]  # our layer name -> shape of its weight

_DEEPER = ("52", "53", "54")  # in the official file, used by nobody
_NORMALISED = (0, 2, 5, 9, 12, 16, 19, 22, 25, 29, 32, 35, 38, 42, 45, 48, 51)
NORMALISED = {
    str(index): f"conv{name}"
    for index, name in zip(_NORMALISED, ("0", *LAYERS, *_DEEPER), strict=True)
}
_STAGES = ((1, 5, 8, 11), (14, 18), (21, 25), (28,))  # Avatar-Net cuts the same decoder in four
DECODER = {
    str(index): f"conv{name}"
    for index, name in zip(sum(_STAGES, ()), reversed(layers(4)), strict=True)
}
AVATAR_DECODER = {
    f"decoder.decoder.{stage}.{index}": DECODER[str(index)]
    for stage, indices in enumerate(_STAGES)
    for index in indices
}
_PLACES = ("0.0", "1.2", "1.5", "2.7", "2.10", "3.12", "3.14", "3.16", "3.19")
AVATAR_ENCODER = {
    f"encoder.encoder.{place}": f"conv{name}"
    for place, name in zip(_PLACES, layers(4), strict=True)
}
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

_LEVEL = re.compile(r"[ed][1-5]\.conv11\.weight$")  # in a file of ours

DISTILLED = {
    "licence": "MIT",
    "origin": "Wang et al., CVPR 2020, Collaborative Distillation, 16 times smaller VGG-19; "
    "converted by vj models import",
    "url": "https://github.com/MingSun-Tse/Collaborative-Distillation",
}


def taken(
    tensors: Tensors, names: Mapping[str, str], wanted: Shapes, what: str
) -> dict[str, Tensor]:
    """Take the `wanted` layers out of a file under our names; layers only in `names` are left.

    names: the file's layer names -> ours.
    Raises: UserError naming a tensor that is unknown, missing or of another shape.
    """
    for key in tensors:
        if key.rpartition(".")[0] not in names:
            raise UserError(f"{what}: tensor {key!r} does not belong to it")
    out = {}
    for theirs, ours in names.items():
        if ours not in wanted:
            continue
        for part, shape in (("weight", wanted[ours]), ("bias", wanted[ours][:1])):
            found = tensors.get(f"{theirs}.{part}")
            if found is None:
                raise UserError(f"{what}: tensor '{theirs}.{part}' is missing")
            if tuple(found.shape) != shape:
                raise UserError(
                    f"{what}: tensor '{theirs}.{part}' has shape {tuple(found.shape)}, not {shape}"
                )
            out[f"{ours}.{part}"] = found
    return out


def convs(widths: Mapping[str, int], depth: int, *, decoder: bool) -> dict[str, tuple[int, ...]]:
    """Give the weight shapes of an encoder (with `conv0`) or decoder under our layer names."""
    first: dict[str, tuple[int, ...]] = {} if decoder else {"conv0": (3, 3, 1, 1)}
    chain = shapes(widths, depth, decoder=decoder)
    return first | {f"conv{name}": (*sizes, 3, 3) for name, sizes in chain.items()}


def _prefixed(prefix: str, tensors: Tensors) -> dict[str, Tensor]:
    return {f"{prefix}{key}": tensor for key, tensor in tensors.items()}


def _pick(files: Sequence[Tensors], has: str, without: str = "-") -> Tensors | None:
    return next((file for file in files if has in file and without not in file), None)


def _small_level(tensors: Tensors) -> int:
    """Find how deep a file of the small network goes: its deepest conv's first digit."""
    found = [int(m[1]) for key in tensors if (m := re.match(r"conv([1-5])\d\.weight$", key))]
    return max(found, default=0)


def small_part(tensors: Tensors, level: int, *, decoder: bool, aux: Sequence[str] = ()) -> Tensors:
    """Take an encoder or decoder of the small network to a level, with the `aux` layers named.

    Raises: UserError when it is of another level or does not fit.
    """
    what = f"wct_se_16x_{'d' if decoder else 'e'}{level}"
    if _small_level(tensors) != level:
        raise UserError(f"{what} is needed, this one is of level {_small_level(tensors)}")
    widths = {**SMALL, "11": 24} if level == 1 else SMALL
    names = {f"conv{name}": f"conv{name}" for name in layers(level)}
    wanted = convs(widths, level, decoder=decoder)
    if not decoder:
        names |= {"conv0": "conv0"} | {
            f"conv{name}_aux": f"aux{name}" for name in layers(level) if name[1] == "1"
        }
        wanted |= {f"aux{name}": (FULL[name], widths[name], 1, 1) for name in aux}
    return taken(tensors, names, wanted, what)


def _pair(files: Sequence[Tensors], word: str, depth: int = 4, *, full: bool = False) -> Made:
    """Join an encoder to relu`depth`_1 and a decoder from relu4_1; `full`: no small decoder."""
    whole = _pick(files, "encoder.conv11.weight")
    if whole is not None:
        small = len(whole["encoder.conv11.weight"]) == SMALL["11"]
        return dict(whole), dict(DISTILLED) if small else {}
    decoder, small_decoder = (
        _pick(files, "28.weight"),
        _pick(files, "conv11.weight", "conv0.weight"),
    )
    encoder, small_encoder = _pick(files, "0.weight"), _pick(files, "conv0.weight")
    if decoder is not None:
        made = taken(decoder, DECODER, convs(FULL, 4, decoder=True), "decoder")
    elif small_decoder is not None and encoder is None and not full:
        made = dict(small_part(small_decoder, 4, decoder=True))
    else:
        raise UserError(f"{word}: the decoder is missing (decoder.pth, or both small files e4, d4)")
    if encoder is not None:
        wanted = convs(FULL, depth, decoder=False)
        found: Tensors = taken(encoder, NORMALISED, wanted, "vgg_normalised")
        facts: dict[str, object] = {}
    elif small_encoder is not None:
        # a decoder of the full network is led by the small encoder's way back into its space
        aux = ("41", "51")[: depth - 3] if decoder is not None else ()
        found, facts = small_part(small_encoder, depth, decoder=False, aux=aux), dict(DISTILLED)
    else:
        raise UserError(
            f"{word}: the encoder is missing (vgg_normalised.pth or wct_se_16x_e{depth}.pth)"
        )
    return _prefixed("encoder.", found) | _prefixed("decoder.", made), facts


def adain(files: Sequence[Tensors]) -> Made:
    """Join an encoder and a decoder; full and small ones in any pairing that makes sense."""
    tensors, facts = _pair(files, "AdaIN")
    return tensors, {
        "title": "AdaIN, any picture as style",
        "multiple": 8,
        "licence": "MIT",
        "origin": "Huang and Belongie, ICCV 2017, naoto0804/pytorch-AdaIN; "
        "converted by vj models import",
        "url": "https://github.com/naoto0804/pytorch-AdaIN",
        "options": {"style_size": 512, "preserve_color": False},
        **facts,
    }


def avatar_net(files: Sequence[Tensors]) -> Made:
    """Take Avatar-Net's one file, its ImageNet colours folded in; or an encoder and a decoder."""
    official = _pick(files, "encoder.encoder.0.0.weight")
    facts: dict[str, object] = {}
    if official is not None:
        names = {k: f"encoder.{v}" for k, v in AVATAR_ENCODER.items()}
        names |= {k: f"decoder.{v}" for k, v in AVATAR_DECODER.items()}
        wanted = {
            f"{part}.{name}": shape
            for part in ("encoder", "decoder")
            for name, shape in convs(FULL, 4, decoder=part == "decoder").items()
            if name != "conv0"
        }
        tensors = taken(official, names, wanted, "Avatar-Net")
        mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
        tensors["encoder.conv0.weight"] = torch.diag(1 / std)[:, :, None, None]
        tensors["encoder.conv0.bias"] = -mean / std
        last = "decoder.conv11"
        tensors[f"{last}.weight"] = tensors[f"{last}.weight"] * std.view(3, 1, 1, 1)
        tensors[f"{last}.bias"] = tensors[f"{last}.bias"] * std + mean
    else:
        tensors, facts = _pair(files, "Avatar-Net")
    # only the ImageNet colours keep red in its place; the other encoders turn to BGR
    trained = float(tensors["encoder.conv0.weight"][0, 0, 0, 0]) > 1
    if not trained:
        facts["title"] = "Avatar-Net's style decorator, with a decoder not trained for it"
    return tensors, {
        "title": "Avatar-Net, any picture as style",
        "multiple": 8,
        "licence": "none stated",
        "origin": "Sheng et al., CVPR 2018, tyui592/Avatar-Net_Pytorch; "
        "converted by vj models import",
        "url": "https://github.com/tyui592/Avatar-Net_Pytorch",
        **facts,
        "options": {
            "style_size": 512,
            "patch_size": 3,
            "patch_stride": 1,
            "fusion": "encoder" if trained else "decoder",
            "padding": "zeros" if trained else "reflect",
        },
    }


_TRANSFORM = {
    "merge_conv": (512, 512, 3, 3),
    **{
        f"sanet{n}_1.{part}": (512, 512, 1, 1)
        for n in (4, 5)
        for part in ("f", "g", "h", "out_conv")
    },
}


def sanet(files: Sequence[Tensors]) -> Made:
    """Join encoder, decoder and trained transform; or the small encoder and decoder without one."""
    transform = _pick(files, "merge_conv.weight")
    trained = transform is not None or _pick(files, "transform.merge_conv.weight") is not None
    depth = 5 if trained else 4
    tensors, facts = _pair(files, "SANet", depth, full=trained)
    if transform is not None:
        names = {name: name for name in _TRANSFORM}
        made = taken(transform, names, _TRANSFORM, "transformer")
        tensors |= _prefixed("transform.", made)
    elif not trained:
        if len(tensors["decoder.conv41.weight"][0]) == FULL["41"]:
            raise UserError("SANet: the transform is missing (transformer_iter_500000.pth)")
        facts["title"] = "SANet's attention without its trained transform, on the small VGG"
    return tensors, {
        "title": "SANet, any picture as style",
        "multiple": 2 ** (depth - 1),
        "licence": "MIT",
        "origin": "Park and Lee, CVPR 2019, GlebBrykin/SANET; converted by vj models import",
        "url": "https://github.com/GlebBrykin/SANET",
        "options": {"style_size": 512, "steps": 1},
        **facts,
    }


def wct(files: Sequence[Tensors]) -> Made:
    """Join encoders and decoders of the small network, a pair for every level there is."""
    facts: dict[str, object] = {
        "title": "WCT, any picture as style",
        "multiple": 16,
        **DISTILLED,
    }
    whole = next((file for file in files if any(_LEVEL.match(key) for key in file)), None)
    if whole is not None:
        return dict(whole), facts
    parts = {(_small_level(file), "conv0.weight" not in file): file for file in files}
    levels = sorted({level for level, _ in parts})
    tensors: dict[str, Tensor] = {}
    for level, decoder in ((level, decoder) for level in levels for decoder in (False, True)):
        name = f"{'d' if decoder else 'e'}{level}"
        if (level, decoder) not in parts:
            raise UserError(f"WCT needs both files of a level; missing: wct_se_16x_{name}.pth")
        made = small_part(parts[level, decoder], level, decoder=decoder)
        tensors |= _prefixed(f"{name}.", made)
    facts["multiple"] = 2 ** (max(levels) - 1)
    facts["options"] = {"style_size": 512, **{f"strength_{level}": 0.6 for level in levels}}
    return tensors, facts


# how the files of one model are known by a part of their keys, and what joins them
FORMATS: Mapping[str, tuple[re.Pattern[str], Callable[[Sequence[Tensors]], Made]]] = {
    "avatar_net": (re.compile(r"^encoder\.encoder\.0\.0\.weight$"), avatar_net),
    "sanet": (re.compile(r"^(transform\.)?merge_conv\.weight$"), sanet),
    "adain": (re.compile(r"^(28\.weight|encoder\.conv11\.weight)$"), adain),
    "wct": (re.compile(r"^(e[1-5]\.)?conv11\.weight$"), wct),
}
