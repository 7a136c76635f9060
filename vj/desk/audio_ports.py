"""Sound inputs by name, through PortAudio: listed, opened, and looked for again after a loss.

The only place that knows sounddevice, which comes with `vj[audio]`; used by the audio hand and by
`vj devices`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vj.desk.quiet import quiet
from vj.desk.sound import BLOCK

DEFAULT = "default"

Hearing = Callable[[NDArray[np.float32]], None]
"""Gets (BLOCK, channels) float32 samples, full scale -1..1, one or two channels."""


class NoSound(RuntimeError):
    """There is no sound here, or not the input asked for; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Open:
    """An input that gives blocks: its full name and its samples per second."""

    name: str
    rate: float
    stream: Any

    @property
    def alive(self) -> bool:
        """Whether the driver still thinks so; one that was unplugged may not notice."""
        return bool(self.stream.active)

    def close(self) -> None:
        """Give the input back."""
        self.stream.abort(ignore_errors=True)
        self.stream.close(ignore_errors=True)


def _system() -> Any:
    try:
        with quiet():
            import sounddevice
    except ImportError as error:
        raise NoSound("sound needs one more package: pip install sounddevice") from error
    except OSError as error:
        raise NoSound("sound needs PortAudio: sudo apt install libportaudio2") from error
    return sounddevice


def _inputs(system: Any) -> list[tuple[int, str, float, int]]:
    """Number, name, samples per second and channels of everything that gives sound."""
    return [
        (number, str(found["name"]), float(found["default_samplerate"]), channels)
        for number, found in enumerate(system.query_devices())
        if (channels := int(found["max_input_channels"])) > 0
    ]


def inputs() -> list[str]:
    """Return the names of sound inputs.

    Raises: RuntimeError saying what is missing when there is no sound system.
    """
    return list(dict.fromkeys(name for _, name, _, _ in _inputs(_system())))


def look_again() -> None:
    """Let PortAudio find what was plugged in since; no input may be open."""
    system = _system()
    with quiet():
        system._terminate()
        system._initialize()


def open_input(word: str, heard: Hearing) -> Open:
    """Open the first input whose name has `word` in it; `heard` gets blocks in its thread.

    Raises: NoSound when there is none or it cannot be opened.
    """
    system = _system()
    found = _inputs(system)
    if word.lower() == DEFAULT:
        chosen = system.default.device[0]
        named = [one for one in found if one[0] == chosen] or found[:1]
    else:
        named = [one for one in found if word.lower() in one[1].lower()]
    if not named:
        here = ", ".join(dict.fromkeys(name for _, name, _, _ in found)) or "none at all"
        raise NoSound(f"no sound input called {word!r}; here: {here}")
    number, name, rate, channels = named[0]

    def callback(samples: Any, _frames: int, _time: object, _status: object) -> None:
        heard(np.array(samples, np.float32))

    try:
        with quiet():
            stream = system.InputStream(
                device=number,
                channels=min(channels, 2),
                samplerate=rate,
                blocksize=BLOCK,
                dtype="float32",
                callback=callback,
            )
            stream.start()
    except system.PortAudioError as error:
        raise NoSound(f"sound input {name!r} cannot be opened: {error}") from error
    return Open(name, rate, stream)
