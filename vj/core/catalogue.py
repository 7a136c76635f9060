"""The public checkpoints `vj models pull` knows: addresses, sizes, sha256, licences.
Read from catalogue.yaml beside this file; used by the command line and vj.infer.pull."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vj.core.document import read_document, validate
from vj.core.errors import UserError, unknown

HERE = Path(__file__).resolve().parent / "catalogue.yaml"

Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{8}|[0-9a-f]{64})?$")]


def _inside(name: str) -> str:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError("a name in the entry's own folder is needed")
    return name


class Part(BaseModel):
    """One file of an entry.

    `url`: its address; `also`: others that have the same file; `name`: its name here, by default
    the address's. `size`: exact bytes, 0 = unknown. `sha256`: empty when nobody has written it
    down. `count`: the file stands for n of them, whose numbers 1..n replace `{}`. `member`: what to
    take out of a .zip or .tar.gz, with `*`. `asks`: the address answers in JSON where the file is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: Annotated[str, Field(pattern=r"^https?://")]
    also: list[str] = []
    name: Annotated[str, AfterValidator(_inside)] = ""
    size: Annotated[int, Field(ge=0)] = 0
    sha256: Sha256 = ""
    count: Annotated[int, Field(ge=0, le=200)] = 0
    member: str = ""
    asks: bool = False

    @property
    def urls(self) -> tuple[str, ...]:
        """Every address that has it, to be tried in this order."""
        return (self.url, *self.also)

    @property
    def file(self) -> str:
        """The file's name within the entry's folder."""
        return self.name or self.url.partition("?")[0].rpartition("/")[2]

    def each(self) -> list[Part]:
        """Return the single files this stands for."""
        if not self.count:
            return [self]
        return [
            self.model_copy(
                update={
                    "url": self.url.replace("{}", str(number)),
                    "name": self.name.replace("{}", str(number)),
                    "count": 0,
                }
            )
            for number in range(1, self.count + 1)
        ]


class Entry(BaseModel):
    """What one `vj models pull` brings: files that belong together and become one card.

    `word`: what the files are imported as; `kind`: what the card is good for; `megabytes`: all
    files, roughly. Without `files` they are fetched by hand from `page`, and `note` says how.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str
    kind: Annotated[str, Field(pattern="^(model|matte|faces)$")] = "model"
    word: str
    licence: str
    page: str
    megabytes: float
    note: str = ""
    files: list[Part] = []

    @property
    def parts(self) -> list[Part]:
        """Every single file."""
        return [one for part in self.files for one in part.each()]

    @property
    def proven(self) -> bool:
        """Whether the sha256 of every file is known."""
        return all(part.sha256 for part in self.parts)


class _Entries(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    entries: dict[str, Entry]


def read_catalogue(path: Path = HERE) -> Mapping[str, Entry]:
    """Read a catalogue: name -> entry, in the file's order.

    Raises: UserError naming line and key for anything wrong.
    """
    return validate(_Entries, read_document(path)).entries


def find_entry(name: str, catalogue: Mapping[str, Entry]) -> Entry:
    """Return the entry of a name.

    Raises: UserError, naming the nearest one, when there is none.
    """
    if name not in catalogue:
        raise unknown("checkpoint", name, catalogue)
    entry = catalogue[name]
    if not entry.files:
        raise UserError(f"{name}: no program may fetch its files; see {entry.page} , {entry.note}")
    return entry
