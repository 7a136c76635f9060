"""What words in YAML mean: sizes, places on the network, switches, ways to share.

Used by the models that files are checked against.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from vj.core.errors import nearest, unknown

_LEAST, _MOST = 16, 8192  # pixels of a side
_SHARES = Path(__file__).resolve().parent.parent / "record" / "shares"


def size(value: object) -> object:
    """Turn "640x360" into (height, width) = (360, 640).

    Raises: ValueError with the allowed form.
    """
    match = re.fullmatch(r"(\d{2,5})\s*x\s*(\d{2,5})", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is no size; it looks like 640x360 (width x height)")
    return int(match[2]), int(match[1])


def playable(value: tuple[int, int]) -> tuple[int, int]:
    """See that a (height, width) is one a show can have.

    Raises: ValueError with the allowed sides.
    """
    if not all(_LEAST <= side <= _MOST for side in value):
        raise ValueError(
            f"{value[1]}x{value[0]} is out of range; allowed: {_LEAST} to {_MOST} each"
        )
    return value


def target(value: object) -> object:
    """Turn "192.168.1.20:9000" into ("192.168.1.20", 9000).

    Raises: ValueError with the allowed form.
    """
    host, _, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    try:
        address, number = ipaddress.IPv4Address(host), int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"{value!r} is no place to send to; it looks like 192.168.1.20:9000")
    return str(address), number


def switch(value: object) -> object:
    """Turn the words on, off, yes and no into True or False.

    Raises: ValueError with the allowed words.
    """
    words = {"on": True, "yes": True, "off": False, "no": False}
    found = words.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        guess = nearest(str(value), words)
        hint = f". Did you mean {guess!r}?" if guess else ""
        raise ValueError(f"{value!r} is no switch; allowed: on, off{hint}")
    return found


def share(value: object) -> object:
    """Take the name of a way to share the picture with other programs.

    Raises: ValueError with the ways there are.
    """
    ways = {path.stem for path in _SHARES.glob("*.py")} - {"__init__"}
    if value not in ways:
        raise ValueError(str(unknown("way to share", str(value), ways)))
    return value


Size = Annotated[tuple[int, int], BeforeValidator(size), AfterValidator(playable)]
Target = Annotated[tuple[str, int], BeforeValidator(target)]
Port = Annotated[int, Field(ge=0, le=65535)]
Switch = Annotated[bool, BeforeValidator(switch)]
WayOut = Annotated[str, BeforeValidator(share)]
