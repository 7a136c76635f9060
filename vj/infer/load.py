"""From a card to a working model, weights checked; device and number format; the words there are.
Called by the infer process, the studio and every model file (`read_weights`)."""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.protocol import Model

log = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
# Instructions for bfloat16, as `torch.cpu.get_capabilities` calls them: on x86, and on ARM.
_BFLOAT16 = ("amx_bf16", "avx512_bf16", "avx_ne_convert", "bf16", "sve_bf16")


def words(folder: str) -> list[str]:
    """List the words a folder beside this file offers ("models" or "mattes"): its file names."""
    files = (HERE / folder).glob("*.py")
    return sorted(path.stem for path in files if not path.stem.startswith("_"))


def load_model(card: Card, device: str) -> Model:
    """Build the network a card describes, weights loaded and checked, on a torch device.

    Raises: UserError for an unknown model word and for missing, damaged or foreign weights.
    """
    if card.model in words("mattes"):
        raise UserError(f"card {card.name!r} finds people and paints nothing; matte: {card.name}")
    if card.model not in words("models"):
        raise unknown("model", card.model, words("models"), f"card {card.name!r}")
    module = importlib.import_module(f"vj.infer.models.{card.model}")
    model: Model = module.load(card, device)
    return model


def read_weights(card: Card) -> dict[str, Tensor]:
    """Read a card's safetensors file: tensor name -> tensor on the CPU.

    Raises: UserError when the card names none, the file is missing or unreadable, or its sha256 is
    not the card's.
    """
    data = card.weights_bytes()
    try:
        return safetensors.torch.load(data)
    except (SafetensorError, ValueError) as error:
        raise UserError(
            f"card {card.name!r}: {card.weights} is no safetensors file ({error}); "
            "other formats come in by: vj models import FILE --name NAME"
        ) from error


def fill(network: torch.nn.Module, weights: dict[str, Tensor], card: Card) -> None:
    """Put weights into a network, all of them and nothing else.

    Raises: UserError naming what is missing, left over or of another shape.
    """
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise UserError(
            f"card {card.name!r}: {card.weights} does not fit model {card.model!r}: {reason}"
        ) from error


def choose_device(word: str = "auto") -> str:
    """Choose the torch device: the fastest there is for "auto", else what the word says.

    Raises: UserError when that device is not on this machine.
    """
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.append("mps")
    if torch.cuda.is_available():
        there += ["cuda", *(f"cuda:{n}" for n in range(torch.cuda.device_count()))]
    if word == "auto":
        return "cuda" if "cuda" in there else there[-1]
    if word not in there:
        raise unknown("device", word, ["auto", *there])
    return word


def _knows_bfloat16() -> bool:
    """Whether this processor may be quick in bfloat16; True where torch cannot tell."""
    tell: Callable[[], Mapping[str, object]] | None = getattr(torch.cpu, "get_capabilities", None)
    if tell is None:
        return True
    found = tell()
    return any(found.get(word) for word in _BFLOAT16)


def _far_behind(times: dict[torch.dtype, list[float]]) -> bool:
    best = sorted(min(spent) for spent in times.values())
    return best[-1] > 3 * best[0]


def quickest_dtype(
    device: str, ready: Callable[[torch.dtype], Callable[[], object]]
) -> torch.dtype:
    """Find the number format a network runs fastest in: half on CUDA, by trial on a CPU.

    ready: given a dtype, returns something short to run in it. A processor without instructions for
    bfloat16 needs no trial, which would be most of a network's loading. The formats take turns, so
    that other work on the machine meets both; the best of five counts, after two that do not. A
    trial ends early where one is far behind: a scene waits.
    """
    if device.startswith("cuda"):
        return torch.float16
    if device != "cpu" or not _knows_bfloat16():
        return torch.float32
    with torch.inference_mode():
        runs = {dtype: ready(dtype) for dtype in (torch.float32, torch.bfloat16)}
        times: dict[torch.dtype, list[float]] = {dtype: [] for dtype in runs}
        for turn in range(7):
            if turn > 1 and _far_behind(times):
                return min(times, key=lambda dtype: min(times[dtype]))
            for dtype, run in runs.items():
                began = time.perf_counter()
                run()
                times[dtype].append(time.perf_counter() - began)
    return min(times, key=lambda dtype: min(times[dtype][2:]))
