"""`vj take` on the way: how far it is and how long it will take."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.cli import main
from vj.cli.take import Told


def test_the_time_the_networks_take_to_load_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A take that was made in a minute was said to need half an hour."""
    clock = iter([25.0, 26.0, 85.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    said: list[str] = []
    told = Told(said.append)
    for done in (1, 2, 61):
        told(done, 121)
    assert said == [
        "picture 1 of 121",
        "picture 2 of 121, 2 min left",
        "picture 61 of 121, 1 min left",
    ]


@pytest.mark.parametrize("more", [(), ("--force",)])
def test_a_folder_is_no_film(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    """--force was recommended, rendered everything, and could not put it there in the end."""
    (tmp_path / "show.mp4").mkdir()
    assert main(["take", str(tmp_path / "take"), str(tmp_path / "show.mp4"), *more]) == 2
    assert "show.mp4: is a folder; name the film in it" in capsys.readouterr().err
