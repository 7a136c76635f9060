"""Any image-to-image network that was exported as a program: TorchScript, torch.export or ONNX.
Loaded by vj.infer.load for cards with `model: exported`, which say what the network wants.

The card's ranges, means, channels, multiple and options describe it: `height` and `width` (pixels,
0 for the picture's own size) and `layout` ("nchw", or "nhwc" as TensorFlow has it). The look lies
in the weights. Such a file is a program: it is opened only when the card names its sha256 and it
matches.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from vj.core.card import Card
from vj.core.errors import UserError, unknown
from vj.infer.composite import check_ranges, from_network, one_look, resized, to_network
from vj.infer.protocol import Model, Style

KINDS = ("torchscript", "export", "onnx")
LAYOUTS = ("nchw", "nhwc")
Call = Callable[[Tensor], Any]
Shape = Sequence[object]  # the input's, with anything but an int where it is free


def kind_of(data: bytes) -> str:
    """Tell from a file's bytes which of `KINDS` it is; "" for a state dict or anything else."""
    if not data.startswith(b"PK\x03\x04"):
        return "onnx" if _looks_like_onnx(data) else ""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        return ""
    # below the archive's own name, which is the file's and may be anything
    inside = {name.split("/")[1] for name in names if "/" in name}
    if "models" in inside or "serialized_exported_program.json" in names:
        return "export"
    return "torchscript" if "code" in inside else ""


def _looks_like_onnx(data: bytes) -> bool:
    """An ONNX file is a protobuf message: a small version number, then another of its fields."""
    return len(data) > 2 and data[0] == 8 and 1 <= data[1] <= 30 and data[2] in b"\x12:B"


def _torchscript(data: bytes, device: str) -> tuple[Call, Shape]:
    module = torch.jit.load(io.BytesIO(data), map_location=device)  # type: ignore[no-untyped-call]
    module.eval()
    return module, ()


@contextmanager
def _without_pickles() -> Iterator[None]:
    """Let nothing but tensors be read: torch.export.load itself unpickles what an archive says.

    The sha256 on the card is no protection where card and file come from the same stranger.
    """
    load = torch.load

    def tensors_only(*words: Any, **options: Any) -> Any:
        try:
            return load(*words, **(options | {"weights_only": True}))
        except UnpicklingError as error:  # torch advises to run what it did not read
            raise ValueError("it holds more than tensors") from error

    torch.load = tensors_only
    try:
        yield
    finally:
        torch.load = load


def _export(data: bytes, device: str) -> tuple[Call, Shape]:
    with _without_pickles():
        program = torch.export.load(io.BytesIO(data))
    if device != "cpu":
        from torch.export.passes import move_to_device_pass

        program = move_to_device_pass(program, device)
    names = program.graph_signature.user_inputs
    places = [node for node in program.graph.nodes if node.name in names]
    shape = places[0].meta["val"].shape if places else ()
    return program.module(), shape


def _onnx(data: bytes, device: str) -> tuple[Call, Shape]:
    try:
        runtime: Any = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise UserError("ONNX files need onnxruntime: pip install onnxruntime") from error
    wanted = ["CUDAExecutionProvider"] if device.startswith("cuda") else []
    there = runtime.get_available_providers()
    providers = [word for word in (*wanted, "CPUExecutionProvider") if word in there]
    session = runtime.InferenceSession(data, providers=providers)
    entry = session.get_inputs()[0]
    dtype = torch.float16 if "float16" in entry.type else torch.float32

    def call(x: Tensor) -> Tensor:
        (first, *_) = session.run(None, {entry.name: x.to("cpu", dtype).contiguous().numpy()})
        return torch.from_numpy(first).to(x.device)

    return call, entry.shape


class Exported:
    """A program on its device, called with pictures as its card describes them."""

    def __init__(self, call: Call, shape: Shape, card: Card, device: str) -> None:
        """Take the program and what the file itself says about its input's shape."""
        self.call, self.device = call, torch.device(device)
        self.card = card
        self.multiple = card.multiple
        self.layout = str(card.options.get("layout", "nchw"))
        if self.layout not in LAYOUTS:
            raise unknown("layout", self.layout, LAYOUTS, f"card {card.name!r}")
        sides = list(shape[2:4] if self.layout == "nchw" else shape[1:3])
        own = [side if isinstance(side, int) else 0 for side in sides] or [0, 0]
        height = int(card.options.get("height", 0)) or own[0]
        width = int(card.options.get("width", 0)) or own[-1]
        self.size = (height, width) if height > 0 and width > 0 else None
        self.any_size = self.size is None

    def prepare(self, image: Tensor) -> Style:
        """Take any picture; the look is in the weights."""
        return Style("", {})

    @torch.inference_mode()
    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """Repaint (1, 3, h, w) 0..1; what the weights (K, h', w') leave to 1 is the picture."""
        return one_look(content, styles, weights, self.look)

    def look(self, content: Tensor) -> Tensor:
        """Run the program on (1, 3, h, w) 0..1; returns the same shape, not clamped.

        Raises: ValueError when what it gives is no picture.
        """
        x = resized(content, self.size) if self.size else content
        x = to_network(x, self.card)
        y = self.call(x.permute(0, 2, 3, 1).contiguous() if self.layout == "nhwc" else x)
        while isinstance(y, (tuple, list, dict)) and y:
            y = next(iter(y.values())) if isinstance(y, dict) else y[0]
        if not isinstance(y, Tensor):
            raise ValueError(f"it gives no tensor but {type(y).__name__}")
        y = y if y.ndim == 4 else y[None]
        y = y.permute(0, 3, 1, 2) if self.layout == "nhwc" else y
        if y.ndim != 4 or y.shape[0] != 1 or y.shape[1] not in (1, 3, 4):
            raise ValueError(f"it gives no picture but a tensor of {tuple(y.shape)}")
        tall, wide = y.shape[2] / x.shape[2], y.shape[3] / x.shape[3]
        if max(tall, wide) > 2 * min(tall, wide):  # a list, such as of what a detector found
            raise ValueError(f"it gives no picture but a tensor of {tuple(y.shape)}")
        size = (content.shape[2], content.shape[3])
        return resized(from_network(y[:, :3], self.card), size)


def load(card: Card, device: str) -> Model:
    """Open a card's program and try it once.

    Raises: UserError when the card names no sha256 or another one, when the file is none of
    `KINDS`, and when the program does not run as the card describes it.
    """
    check_ranges(card)
    if not card.sha256:
        raise UserError(
            f"card {card.name!r}: {card.weights} is a program, and is only run when the card says "
            "which: sha256: (vj models import writes it)"
        )
    data = card.weights_bytes()
    kind = kind_of(data)
    if not kind:
        raise UserError(
            f"card {card.name!r}: {card.weights} is none of {', '.join(KINDS)}; "
            "weights without their network come in by: vj models import FILE --name NAME"
        )
    opened = {"torchscript": _torchscript, "export": _export, "onnx": _onnx}[kind]
    try:
        call, shape = opened(data, device)
        model = Exported(call, shape, card, device)
        side = -(-64 // card.multiple) * card.multiple
        with torch.inference_mode():
            model.look(torch.zeros(1, 3, side, side, device=device))
    except UserError:
        raise
    except Exception as error:  # a foreign program may raise anything
        reason = " ".join(str(error).split())[:300]
        raise UserError(
            f"card {card.name!r}: {card.weights} does not run as its card describes it: {reason}"
        ) from error
    return model
