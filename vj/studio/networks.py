"""What every network costs: parameters, arithmetic, pictures per second, one style and two.
Called by `vj bench models`; the table is laid out by vj.studio.network_table."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from vj.core.card import Card
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.infer.composite import resized
from vj.infer.engine import build_engine
from vj.infer.load import load_model, read_weights, words
from vj.infer.models.avatar_net import AvatarNet
from vj.infer.models.gatys import options_of
from vj.infer.models.sanet import SANet
from vj.infer.painter import as_tensor, padded, weights
from vj.infer.plain_places import TEXTURE
from vj.infer.protocol import Model, Patient
from vj.infer.speed import in_turns, sample, seconds_per_picture
from vj.infer.styles import SIZE as SIZE_OF_STYLE
from vj.infer.styles import read_style
from vj.studio.easel import Easel
from vj.studio.published import as_published, plain_avatar_net, plain_sanet

SIZE = (360, 640)  # pixels, height and width, that all are measured at
PUBLISHED_SIZE = (240, 432)  # about 426x240, in steps SANet can take
STYLE = (512, 512)  # pixels of a style picture there
ONE = torch.ones(1, 1, 1)
FEW, MORE = 4, 8  # iterations from which those of a whole painting are reckoned

PASSES = {
    "brush": "one",
    "microast": "one",
    "adain": "one",
    "magenta": "one",
    "wct": "one per level",
    "sanet": "one, attention per style",
    "avatar_net": "one, exchange per style",
    "fast_style": "one, a network per style",
    "pix2pix": "one, a network per look",
    "edges": "one, a network per look",
    "exported": "one, a network per look",
    "gatys": "optimisation",
}


@dataclass(frozen=True)
class Figures:
    """What one card's network costs at `SIZE`.

    parameters: numbers in its weights file, 0 for a program. gflop: 1e9 multiplications and
    additions of a picture in one style, the style prepared. one, two: seconds for a picture in one
    style, and with another in the background (the same where the look lies in the weights).
    """

    name: str
    word: str
    parameters: int
    gflop: float
    one: float
    two: float
    licence: str

    @property
    def ratio(self) -> float:
        """What two styles cost, one style being 1."""
        return self.two / self.one

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"{self.name:18} {self.word:12} {self.parameters / 1e6:8.3f} M {self.gflop:9.2f} GFLOP "
            f"{1 / self.one:8.3f} pictures/s, two styles {self.ratio:.2f}"
        )

    def as_json(self, of: float = 0.0) -> dict[str, object]:
        """Say it in plain words; `of`: seconds of the network to compare with."""
        return {
            "model": self.word,
            "parameters": self.parameters,
            "gflop": round(self.gflop, 2),
            "pictures_s": round(1 / self.one, 3),
            "two_styles": round(self.ratio, 3),
            "of_brush": round(of / self.one, 3) if of else None,
            "passes": PASSES.get(self.word, "one"),
            "licence": self.licence,
        }


def distinct(gig: Gig, names: Sequence[str]) -> list[str]:
    """Leave out cards that do not paint or have no weights, and the second of a kind and size."""
    seen: set[tuple[str, int]] = set()
    painters = words("models")
    out = []
    for name in names:
        card = gig.card(name)
        if not card.weights or card.model not in painters:
            continue
        kind = card.model, parameters_of(card)
        if kind not in seen:
            seen.add(kind)
            out.append(name)
    return out


def parameters_of(card: Card) -> int:
    """Count the numbers in a card's weights file; 0 for a program or none at all."""
    if not card.weights.endswith(".safetensors"):
        return 0
    return sum(tensor.numel() for tensor in read_weights(card).values())


def measure(
    gig: Gig,
    name: str,
    styles: Sequence[str],
    seconds: float,
    device: str,
    size: tuple[int, int] | None = None,
    share: float = 1.0,
) -> Figures:
    """Measure one card with two of the gig's styles, at `SIZE` or another (height, width).

    share: of each side that is painted, 0..1; the rest is enlarged.
    Raises: UserError for a card that cannot be loaded.
    """
    cv2.setNumThreads(1)  # as in a show: OpenCV's threads would keep torch's waiting
    card = gig.card(name)
    size = size or SIZE
    engine = build_engine(gig, name, styles, size, device)
    if isinstance(engine.model, Patient):
        one, gflop = _painting(gig, card, engine.device, styles[0], size)
        two = one
    else:
        person, background = (gig.table.find(name).default for name in TEXTURE)
        one, two = seconds_per_picture(engine, styles, size, seconds, (person, background), share)
        style = engine.shelf.get(styles[0])
        assert style is not None
        painted = (round(size[0] * share), round(size[1] * share))
        content = _content(engine.model, engine.device, painted)
        gflop = counted(lambda: engine.model.paint(content, [style], ONE))
    return Figures(name, card.model, parameters_of(card), gflop, one, two, card.licence)


def counted(run: Callable[[], object]) -> float:
    """Count the multiplications and additions of matrices and convolutions in a run, 1e9."""
    fused = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu  # torch leaves it out
    counter = FlopCounterMode(display=False, custom_mapping={fused: _attention})
    with counter, torch.inference_mode():
        run()
    return float(counter.get_total_flops()) / 1e9


def _attention(
    queries: Sequence[int], keys: Sequence[int], values: Sequence[int], *_: object, **__: object
) -> int:
    """Count the two products of attention, by the shapes (..., positions, channels)."""
    return 2 * math.prod(queries[:-1]) * keys[-2] * (queries[-1] + values[-1])


def _painting(
    gig: Gig, card: Card, device: str, style: str, size: tuple[int, int]
) -> tuple[float, float]:
    """Time a whole painting by optimisation, and reckon its arithmetic from two short ones."""
    image = read_style(gig.style_files[style], int(card.options.get("style_size", SIZE_OF_STYLE)))

    def paint(options: Mapping[str, float | int | str | bool]) -> Callable[[], Tensor]:
        given = card.model_copy(update={"options": {**card.options, **options}})
        easel = Easel(load_model(given, device))
        prepared, content = easel.prepare(image), _content(easel, device, size)
        return lambda: easel.paint(content, [prepared], ONE)

    few, more = (counted(paint({"iterations": count})) for count in (FEW, MORE))
    iterations = options_of(card).iterations
    run = paint({})
    began = time.perf_counter()
    run()
    return time.perf_counter() - began, few + (more - few) * (iterations - FEW) / (MORE - FEW)


def _content(model: Model, device: str, size: tuple[int, int]) -> Tensor:
    return as_tensor(padded(sample(size), model.multiple), device)


@dataclass(frozen=True)
class Versus:
    """Seconds for a picture of people and background: our way, and the public program's.

    styles: what of the latter goes into encoding both styles anew for every picture.
    """

    ours: float
    published: float
    styles: float

    def as_json(self) -> dict[str, object]:
        """Say it in plain words."""
        return {
            "ours_ms": round(1000 * self.ours, 1),
            "published_ms": round(1000 * self.published, 1),
            "times": round(self.published / self.ours, 2),
            "times_with_styles_prepared": round((self.published - self.styles) / self.ours, 2),
        }


def compare(gig: Gig, name: str, styles: Sequence[str], seconds: float, device: str) -> Versus:
    """Measure sanet or avatar_net against its public program's way, in turns.

    Both paint the same picture of `PUBLISHED_SIZE` with the same two style pictures of `STYLE`.
    Raises: UserError for another model.
    """
    model = load_model(gig.card(name), device)
    if not isinstance(model, SANet | AvatarNet):
        raise UserError(f"{name}: --reference knows the public programs of sanet and avatar_net")
    pixels = sample(PUBLISHED_SIZE)
    content = as_tensor(pixels, device)
    images = [resized(read_style(gig.style_files[style]), STYLE).to(device) for style in styles[:2]]
    prepared = [model.prepare(image) for image in images]
    person, background = (((style, 1.0),) for style in styles[:2])
    maps = torch.from_numpy(weights(person, background, pixels[..., 3], 1.0)[1]).to(device)
    masks = resized(maps[None], PUBLISHED_SIZE)[0].round()
    plain = as_published(model)
    levels = (1, 2, 3, 4, 5)[: plain.network.encoder.depth]

    def published() -> Tensor:
        if isinstance(plain, SANet):
            return plain_sanet(plain, content, images, masks)
        return plain_avatar_net(plain, content, images, masks)

    works: list[Callable[[], object]] = [
        lambda: model.paint(content, prepared, maps),
        torch.inference_mode()(published),
        torch.inference_mode()(lambda: [plain.network.encoder(x, levels) for x in images]),
    ]
    for work in works:
        work()
    return Versus(*in_turns(works, device, seconds))
