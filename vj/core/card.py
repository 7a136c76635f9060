"""A model card: which network, which weights, which value ranges, whose work.

Read from checkpoints/<name>.yaml; infer loads models by it, the command line lists them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vj.core.bounded import read_bounded
from vj.core.document import Ours, read_document, validate
from vj.core.errors import UserError, unknown
from vj.core.rewrite import write_text

_CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"
_INFER = Path(__file__).resolve().parents[1] / "infer"
_MOST_BYTES = 8 * 2**30
_OWN_LOOK = frozenset({"edges", "exported", "fast_style", "passthrough", "pix2pix"})
# YAML has lists, not tuples
Range = Annotated[tuple[float, float], Field(strict=False)]


def _one_or_three(numbers: tuple[float, ...]) -> tuple[float, ...]:
    if len(numbers) not in (1, 3):
        raise ValueError("one number, or one for each of three channels")
    return numbers


Numbers = Annotated[tuple[float, ...], Field(strict=False), AfterValidator(_one_or_three)]


class Card(BaseModel):
    """One model: `model` is the file word in vj/infer/models, `weights` a file beside the card.

    `range_in`/`range_out`: the network's own value range for black..white; `mean_in`, `std_in`:
    taken away from that and divided by, one number or one per channel in the network's order;
    `mean_out`, `std_out`: the same for what comes out; `multiple`: height and width must be
    multiples of it; `channels`: the order the network wants.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Ours = ""
    folder: Ours = Field(default="", exclude=True)
    model: str
    title: str = ""
    weights: str = ""
    sha256: str = ""
    multiple: Annotated[int, Field(ge=1, le=64)] = 1
    channels: Literal["rgb", "bgr", "gray"] = "rgb"
    range_in: Range = (0.0, 1.0)
    range_out: Range = (0.0, 1.0)
    mean_in: Numbers = (0.0,)
    std_in: Numbers = (1.0,)
    mean_out: Numbers = (0.0,)
    std_out: Numbers = (1.0,)
    licence: str = ""
    origin: str = ""
    url: str = ""
    options: dict[str, float | int | str | bool] = {}
    training: dict[str, object] = {}

    @property
    def needs_style(self) -> bool:
        """Whether the network paints only in the style of a picture; else its look is its own."""
        return self.model not in _OWN_LOOK

    def weights_path(self) -> Path | None:
        """The weights file, or None for a model that has none."""
        return Path(self.folder) / self.weights if self.weights else None

    def weights_bytes(self) -> bytes:
        """Read the weights file and compare it with the card.

        Raises: UserError when the card names none, the file lies elsewhere than beside the card or
        in the program's checkpoints/, is missing, unreadable or too large, or its sha256 is not
        the card's.
        """
        path = self.weights_path()
        if path is None:
            raise UserError(f"card {self.name!r}: {self.model!r} needs weights: FILE.safetensors")
        homes = [Path(self.folder).resolve(), _CHECKPOINTS]
        try:
            if not any(path.resolve().is_relative_to(home) for home in homes):
                raise UserError(f"{path} lies outside of {homes[0]}; put it beside the card")
            data = read_bounded(path, _MOST_BYTES)
        except (UserError, OSError, ValueError, RuntimeError) as error:  # a NUL, links in a loop
            missing = isinstance(error.__cause__, FileNotFoundError)
            reason = f"weights file {path} is missing" if missing else str(error)
            raise UserError(f"card {self.name!r}: {reason}") from error
        found = hashlib.sha256(data).hexdigest()
        if self.sha256 and found != self.sha256.lower():
            raise UserError(
                f"card {self.name!r}: {path} is damaged or another file: its sha256 is {found}, "
                f"the card says {self.sha256}"
            )
        return data


def read_card(path: Path) -> Card:
    """Read one card file; its name is the file's stem.

    Raises: UserError naming file, line and key for anything wrong.
    """
    document = read_document(path)
    card = validate(Card, document)
    words = {
        path.stem for kind in ("models", "mattes") for path in (_INFER / kind).glob("[!_]*.py")
    }
    if card.model not in words | {"faces"}:
        raise unknown("network", card.model, words | {"faces"}, document.where(("model",)))
    return card.model_copy(update={"name": path.stem, "folder": str(path.parent)})


def write_card(path: Path, facts: Mapping[str, object]) -> None:
    """Write a card's facts as YAML in the order given; `read_card` gives them back.

    A show never finds half of it. Raises: Unwritable when the folder or the disk does not let us.
    """
    text = yaml.safe_dump(dict(facts), sort_keys=False, allow_unicode=True, width=100)
    write_text(path, text)
