"""What is wrong with the sources, layers and logos a gig names, with file and line; opens none.

Asked before a show and by the soundcheck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vj.capture.layers import logo_spec
from vj.capture.spec import Spec, SpecError, check
from vj.core.document import read_document
from vj.core.errors import UserError
from vj.core.folders import PICTURES
from vj.core.gig import Gig
from vj.core.scene import Scene


def source_mistakes(gig: Gig, scenes: Iterable[Scene]) -> Iterator[UserError]:
    """Yield the mistakes in the rig's source and in source, layer and logo of these scenes."""
    rig = gig.folder / "rig.yaml"
    if rig.is_file():
        yield from _mistakes(rig, "source", gig.rig.source, gig.folder)
    for scene in scenes:
        path = gig.scene_files[scene.name]
        yield from _mistakes(path, "source", scene.source, gig.folder)
        yield from _mistakes(path, "layer", scene.layer, gig.folder)
        yield from _mistakes(path, "logo", logo_spec(scene.logo), gig.folder)


def _mistakes(path: Path, key: str, spec: Spec, folder: Path) -> Iterator[UserError]:
    try:
        if spec:
            check(spec, folder)
    except UserError as error:
        for text in error.each if isinstance(error, SpecError) else (str(error),):
            # The source knows neither its file nor its key and says "source video: path: ...".
            said = text.removeprefix("source image: path:" if key == "logo" else "source")
            named = next(
                (k for k in spec if f": {k}: " in said or f"unknown key {k!r};" in said), ""
            )
            yield UserError(f"{_place(path, key, named)}{':' * (key == 'logo')}{said}")
    else:
        file = folder / str(spec.get("path", ""))
        if key == "logo" and spec and (file.is_dir() or file.suffix.lower() not in PICTURES):
            allowed = ", ".join(PICTURES)
            yield UserError(f"{_place(path, key)}: {file} is no picture; allowed: {allowed}")


def _place(path: Path, key: str, named: str = "") -> str:
    return f"{read_document(path).where((key, named)).split(': ')[0]}: {key}"
