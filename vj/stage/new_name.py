"""What a new scene is called, so that it stands right after another one in the set list.

Used by the keep; the order of the names is the order of the show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_LONGEST = 60


def new_name(after: str, names: Sequence[str], called: str = "") -> str:
    """Find a file name that sorts between `after` and the scene that follows it in `names`.

    `called`: what it shall be called, if anything. Where there is no room between two names, the
    new one comes as soon after as it can.
    """
    taken = sorted(set(names) | {after})
    follower = next((name for name in taken if name > after), "")
    candidates = list(_candidates(after, _slug(called)))
    free = [name for name in candidates if name not in taken and name > after]
    between = (name for name in free if not follower or name < follower)
    return next(between, None) or next(iter(free), f"{after}_0")


def title_for(title: str, name: str) -> str:
    """The title of a copy: the title, and the number its name ends with if it has one."""
    number = re.search(r"_(\d+)$", name)
    return f"{title} ({number[1]})" if number else f"{title} (copy)"


def _candidates(after: str, slug: str) -> Iterator[str]:
    number = re.match(r"\d+", after)
    if slug:
        if number:
            yield f"{number[0]}_{slug}"
        yield f"{after}_{slug}"
        yield from (f"{after}_{slug}_{count}" for count in range(2, 100))
    yield from (f"{after}_{count}" for count in range(2, 10))
    for depth in range(1, 8):
        zeros = "_0" * depth
        yield f"{after}{'_0' * (depth - 1)}_1"
        yield from (f"{after}{zeros}_{count}" for count in range(2, 10))
    yield from (f"{after}{count}" for count in range(10))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST]
