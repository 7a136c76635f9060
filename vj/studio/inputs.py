"""Which files are to be stylised, and where each result goes.
Called by `vj stylize` before any work, so that a mistake costs nothing."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vj.core.errors import UserError, unknown
from vj.core.folders import PICTURES as STILLS
from vj.core.folders import check_writable, listed
from vj.studio.films import codec_for
from vj.studio.live import Spec, spec_of

FILMS_OUT = (".mp4", ".mov", ".m4v", ".mkv", ".webm")
FILMS = (
    *FILMS_OUT,
    *(".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv"),
    *(".flv", ".ogv", ".3gp", ".gif"),
)
PICTURES = tuple(ending for ending in STILLS if ending not in FILMS)
MOST_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Job:
    """One file to stylise: where it comes from and where the result goes.

    `live`: what a camera or stream is instead of a file, for `seconds`. `codec`: how the pictures
    of a film are encoded, a word of `vj.studio.films.CODECS`.
    """

    source: Path
    target: Path
    live: Mapping[str, object] | None = None
    seconds: float = 0.0
    codec: str = "h264"

    @property
    def film(self) -> bool:
        """Whether it is a film and not a picture."""
        return self.live is not None or self.source.suffix.lower() in FILMS


def plan(
    inputs: Sequence[str],
    out: Path,
    existing: str = "refuse",
    seconds: float | None = None,
    codec: str = "",
    label: str = "",
) -> list[Job]:
    """Find every input and name its result: a file for one input, otherwise files in a folder.

    inputs: files, folders (their own files, not those of folders inside) and patterns with `*`; or
    one camera, stream or the dancer, as `vj.studio.live.spec_of` reads them, then for `seconds`.
    codec: for all films, "" = what the kind of file usually has. label: put behind the names of
    the results, which then always lie in a folder.
    existing: what to do about results that are there: "refuse", "overwrite" or "skip".
    Raises: UserError when an input is missing or of an unknown kind, when two results would have
    the same name, for results that exist when they are refused, and where none can be written.
    """
    live = spec_of(inputs[0]) if not Path(inputs[0]).exists() else None
    if live is not None:
        return [_encoded(_live(inputs, out, existing, live, seconds), codec)]
    if seconds is not None:
        raise UserError("--seconds: only for a camera, a stream or the dancer")
    sources, several = _find(inputs)
    into_folder = several or len(sources) > 1 or out.is_dir() or not out.suffix or bool(label)
    if into_folder:
        if out.exists() and not out.is_dir():
            raise UserError(f"{out}: a file; several results need a folder")
        jobs = [Job(source, out / _result_name(source, label)) for source in sources]
    else:
        jobs = [Job(sources[0], out)]
        _check_suffix(jobs[0])
        if not out.resolve().parent.is_dir():
            raise UserError(f"{out}: its folder does not exist")
    _check_targets(jobs)
    jobs = [_encoded(job, codec) for job in jobs]
    there = [job for job in jobs if job.target.exists()]
    if there and existing == "refuse":
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise UserError(
            f"{there[0].target}{more}: exists already; "
            "--force overwrites, --skip-existing leaves it and makes the others"
        )
    jobs = [job for job in jobs if job not in there] if existing == "skip" else jobs
    for folder in {job.target.parent for job in jobs}:
        check_writable(folder)
    return jobs


def _encoded(job: Job, codec: str) -> Job:
    return replace(job, codec=codec_for(job.target.suffix, codec)) if job.film else job


def _live(
    inputs: Sequence[str], out: Path, existing: str, live: Spec, seconds: float | None
) -> Job:
    if seconds is None or not 0 < seconds <= MOST_SECONDS:
        raise UserError(f"{inputs[0]}: --seconds N is needed, up to {MOST_SECONDS:g}")
    if len(inputs) > 1:
        raise UserError(f"{inputs[0]}: one camera or stream at a time, without files")
    job = Job(Path(str(live["kind"])), out, live, seconds)
    if out.is_dir():
        raise UserError(f"{out}: a folder; a film's name is needed, for example {out / 'live.mp4'}")
    _check_suffix(job)
    if not out.resolve().parent.is_dir():
        raise UserError(f"{out}: its folder does not exist")
    if out.exists() and existing != "overwrite":
        raise UserError(f"{out}: exists already; --force overwrites")
    check_writable(out.parent)
    return job


def _find(inputs: Sequence[str]) -> tuple[list[Path], bool]:
    """Return the files, and whether the words asked for several whatever their number is."""
    found: dict[Path, None] = {}
    several = False
    for word in inputs:
        path = Path(word)
        if path.is_dir():
            several = True
            files = listed(path, PICTURES + FILMS)
            if not files:
                raise UserError(f"{path}: no picture and no film in this folder")
        elif path.is_file():
            if not _known(path):
                kinds = [*PICTURES, *FILMS]
                raise unknown("kind of file", path.suffix.lower(), kinds, str(path))
            files = [path]
        elif glob.has_magic(word):
            several = True
            matches = map(Path, sorted(glob.glob(word, recursive=True)))
            files = [p for p in matches if _known(p) and not p.name.startswith(".")]
            if not files:
                raise UserError(f"{word}: no picture and no film matches")
        else:
            raise UserError(f"{path}: no such file or folder")
        found |= dict.fromkeys(files)
    return list(found), several


def _known(path: Path) -> bool:
    return path.suffix.lower() in PICTURES + FILMS and path.is_file()


def _result_name(source: Path, label: str) -> str:
    """Keep the name; films of a kind that cannot be written become mp4."""
    suffix = source.suffix.lower()
    kept = ".mp4" if suffix in FILMS and suffix not in FILMS_OUT else source.suffix
    return f"{source.stem}-{label}{kept}" if label else f"{source.stem}{kept}"


def _check_suffix(job: Job) -> None:
    allowed = FILMS_OUT if job.film else PICTURES
    if job.target.suffix.lower() not in allowed:
        what = "film" if job.film else "picture"
        raise unknown(
            f"kind of file for a {what}", job.target.suffix.lower(), allowed, str(job.target)
        )


def _check_targets(jobs: Sequence[Job]) -> None:
    made_by: dict[Path, Path] = {}
    sources = {job.source.resolve() for job in jobs}
    for job in jobs:
        target = job.target.resolve()
        if target in sources:
            raise UserError(f"{job.target}: would overwrite an input; choose another place")
        if target in made_by:
            raise UserError(
                f"{job.source} and {made_by[target]} would both become {job.target}; "
                "stylise them into different folders"
            )
        made_by[target] = job.source
