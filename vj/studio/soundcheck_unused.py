"""The soundcheck's look for files in scenes/ and styles/ that look like something and are not used.

Reads names only. Notes (.md, .txt) and what systems leave behind are nobody's mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vj.core.folders import PICTURES, is_file, listed, seen
from vj.core.gig import SCENES, Gig
from vj.studio.soundcheck import Finding, warning

_NOTES = (".md", ".txt")
_LEFT_BEHIND = ("thumbs.db", "desktop.ini")
_COPIES = ("~", ".bak")  # of editors, and the stage's own of a scene before it was saved


def check_unused(gig: Gig) -> Iterator[Finding]:
    """Name every file of the gig's scenes/ and styles/ that is none of them, and why."""
    yield from _unused(gig.folder / "scenes", SCENES, gig.scene_files, "scene")
    yield from _unused(gig.folder / "styles", PICTURES, gig.style_files, "style")


def _unused(
    folder: Path, endings: Sequence[str], used: Mapping[str, Path], what: str
) -> Iterator[Finding]:
    good = listed(folder, endings)
    for path in good:
        first = used.get(path.stem)
        if first is not None and first != path and first.parent == path.parent:
            yield warning(
                f"{path}: not used: {first.name} is the {what} {path.stem!r}, rename one of them"
            )
    for path in seen(folder):
        if path not in good and not _left_behind(path, endings):
            yield warning(f"{path}: not used: {_reason(path, endings, what)}")


def _left_behind(path: Path, endings: Sequence[str]) -> bool:
    note = path.suffix.lower() in _NOTES and Path(path.stem).suffix.lower() not in endings
    return note or path.name.lower() in _LEFT_BEHIND or path.name.endswith(_COPIES)


def _reason(path: Path, endings: Sequence[str], what: str) -> str:
    if path.suffix.lower() in endings:
        return "it is no file" if path.exists() else "it is a link to nothing"
    if path.is_dir():
        return f"{what}s in folders of their own are not read, move them up"
    advice = "name it .yaml" if what == "scene" else "save it as jpg"
    kind = f"{path.suffix} is" if is_file(path) and path.suffix else "this is"
    return f"{kind} no ending of a {what} ({', '.join(endings)}), {advice}"
