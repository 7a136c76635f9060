"""The table of networks in docs/models.md: laid out, put between its marks, with sample pictures.
Called by `vj bench models --write`."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import cv2
import torch

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.infer.lanes import cores
from vj.studio.look import Brush, Order, make_look
from vj.studio.networks import PASSES, SIZE, Figures, Versus
from vj.studio.stylize import read_picture

BEGIN, END = "<!-- networks: vj bench models --write -->", "<!-- /networks -->"
HEAD = (
    "| network | parameters | GFLOP | pictures/s | two styles | passes | licence | sample |",
    "|---|---|---|---|---|---|---|---|",
)
UNSTATED = {"": "not stated", "unknown": "not stated", "none stated": "not stated"}
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 82]


def machine(device: str) -> str:
    """Say what was measured on: processor or graphics card, cores, torch, day."""
    if device.startswith("cuda"):
        where = torch.cuda.get_device_name(device)
    else:
        where = f"{cores()} cores of {_processor()}"
    return f"{where}, torch {torch.__version__.partition('+')[0]}, {date.today().isoformat()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def table(
    figures: Sequence[Figures], against: Mapping[str, Versus], device: str, samples: Path | None
) -> str:
    """Lay out the figures as a Markdown table with a line about the machine.

    samples: the folder of sample pictures, as seen from the page; None for a table without.
    """
    height, width = SIZE
    lines = [f"Measured at {width}x{height} on {machine(device)}.", "", *HEAD]
    for one in figures:
        ratio = "" if one.two == one.one else f"{one.ratio:.2f}"
        lines.append(
            f"| `{one.name}` | {_count(one.parameters)} | {_number(one.gflop)} | "
            f"{_number(1 / one.one)} | {ratio} | {PASSES.get(one.word, 'one')} | "
            f"{UNSTATED.get(one.licence, one.licence)} | {_sample(samples, one.name)} |"
        )
    for name, versus in against.items():
        said = versus.as_json()
        lines += [
            "",
            f"People in one style and the rest in another at 432x240: `{name}` takes "
            f"{said['ours_ms']} ms, computed as its public program does {said['published_ms']} ms, "
            f"{said['times']} times as long ({said['times_with_styles_prepared']} times without "
            "encoding both styles for every picture).",
        ]
    return "\n".join(lines)


def _sample(folder: Path | None, name: str) -> str:
    return f"![{name}]({(folder / f'{name}.jpg').as_posix()})" if folder else ""


def _count(parameters: int) -> str:
    if not parameters:
        return ""
    return f"{parameters / 1e6:.2f} M" if parameters >= 1e6 else f"{parameters / 1e3:.0f} k"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def put(text: str, path: Path) -> None:
    """Put a text between the marks of a page, in place of what was there.

    Raises: UserError when the page has no marks.
    """
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UserError(f"{path}: lacks the marks {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def draw_samples(
    gig: Gig, names: Sequence[str], photo: Path, style: str, folder: Path, device: str
) -> None:
    """Paint a photo with every card in one style, each into `folder/<card>.jpg`.

    Raises: UserError when the photo cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pixels, _ = read_picture(photo)
    for name in names:
        brush = Brush(make_look(gig, Order(model=name, styles=[style], device=device)))
        seen = brush.look_at(pixels)
        brush.begin(seen)
        bgr = cv2.cvtColor(brush.paint(seen, brush.draw(seen)), cv2.COLOR_RGBA2BGR)
        if not cv2.imwrite(str(folder / f"{name}.jpg"), bgr, QUALITY):
            raise UserError(f"{folder / name}.jpg: cannot be written")
