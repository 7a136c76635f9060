"""What is kept of a performance: every state, every hand, the source with its matte."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.core.take import LAYER, SOURCE, films_of, keep_gig, read_head, read_score
from vj.core.types import Set
from vj.record import take
from vj.record.process import Recorder
from vj.record.score import Score
from vj.studio.take_source import pictures


def _house(root: Path, tmp_path: Path) -> House:
    (tmp_path / "scenes").mkdir()
    folder = tmp_path / "take"
    folder.mkdir()
    return build_house(replace(open_gig(root), folder=tmp_path), Options(take=str(folder)))


def _until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_states_and_hands_are_in_the_score(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    score = Score(house, tmp_path / "take")
    assert house.notes is not None
    began = score.began / 1e9
    for number in range(3):
        lines = score.lines
        house.notes.send(Set("blackout", number, "osc", at=round((began + number) * 1e9)))
        house.state.post({"values": {"blackout": number, "freeze": 0.0}, "time": began + number})
        _until(lambda lines=lines: score.lines >= lines + 2)  # type: ignore[misc]
    score.close()
    found = list(read_score(tmp_path / "take"))
    assert [line.change["values"] for line in found if line.change] == [
        {"blackout": 0, "freeze": 0.0}, {"blackout": 1}, {"blackout": 2},
    ]  # fmt: skip
    assert [(round(line.at), line.event["value"]) for line in found if line.event] == [
        (0, 0), (1, 1), (2, 2),
    ]  # fmt: skip
    assert all(abs(line.at - round(line.at)) < 1e-3 for line in found)


def test_a_recorder_that_was_killed_goes_on_in_the_same_score(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    first = Score(house, tmp_path / "take")
    house.state.post({"values": {"a": 1.0}, "time": first.began / 1e9})
    _until(lambda: first.lines > 0)
    first.close()
    with (tmp_path / "take" / "score.jsonl").open("a") as file:
        file.write('{"at": 3, "state": {"val')
    second = Score(house, tmp_path / "take")
    _until(lambda: second.lines > 0)
    second.close()
    assert second.began == first.began == read_head(tmp_path / "take").began
    assert [line.change["values"] for line in read_score(tmp_path / "take")] == [{"a": 1.0}] * 2


def test_the_source_comes_back_with_its_matte_and_its_times(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    recorder = Recorder(house)
    began = read_began(tmp_path)
    for number in range(4):
        picture = np.full((360, 640, 4), 30 + 50 * number, np.uint8)
        picture[..., 3] = 0
        picture[100:200, 40 * number : 200 + 40 * number, 3] = 255
        house.camera.publish(picture, began + round((0.5 + number / 30) * 1e9))
        assert recorder.step(float(number))
    recorder.close()
    found = list(pictures([tmp_path / "take" / SOURCE]))
    assert np.allclose([at for at, _ in found], [0.5 + n / 30 for n in range(4)], atol=1e-3)
    for number, (_, pixels) in enumerate(found):
        assert abs(float(pixels[..., :3].mean()) - (30 + 50 * number)) < 3
        inside = pixels[110:190, 40 * number + 10 : 190 + 40 * number, 3]
        assert inside.min() > 240
        assert pixels[250:, :, 3].max() < 15


def test_each_layer_has_a_film_of_its_own(root: Path, tmp_path: Path) -> None:
    house = _house(root, tmp_path)
    recorder = Recorder(house)
    began = read_began(tmp_path)
    height, width = house.layer.shape
    for number in range(6):
        picture = np.full((height, width, 4), 40 * number, np.uint8)
        picture[..., 3] = 255
        moment = began + round((0.5 + number / 10) * 1e9)
        house.layer.publish(picture, moment, 1 + number // 3)
        assert recorder.step(float(number))
    house.layer.publish(np.zeros((1, 1, 4), np.uint8), began + 3 * 10**9, 3)
    recorder.step(7.0)
    recorder.close()
    films = films_of(tmp_path / "take", LAYER)
    assert [film.name for film in films] == ["layer.mkv", "layer-2.mkv"]
    for index, film in enumerate(films):
        found = list(pictures([film]))
        times = [0.5 + number / 10 for number in range(3 * index, 3 * index + 3)]
        assert np.allclose([at for at, _ in found], times, atol=1e-3)
        assert abs(float(found[0][1][..., 0].mean()) - 120 * index) < 3
        assert found[0][1][..., 3].min() > 250


def test_what_is_saved_anew_during_the_show_is_written_down(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style that came and went was missing, one that was replaced was rendered all the way."""
    monkeypatch.setattr(take, "_FOLLOW", 0.01)
    house = _house(root, tmp_path)
    (tmp_path / "styles").mkdir()
    recorder = take.Take(house)
    kept = tmp_path / "take" / "gig" / "styles" / "a.jpg"
    for said in (b"one", b"other"):
        (tmp_path / "styles" / "a.jpg").write_bytes(said)
        _until(lambda said=said: kept.is_file() and kept.read_bytes() == said)  # type: ignore[misc]
    (tmp_path / "styles" / "a.jpg").unlink()
    recorder.close()
    assert kept.is_file()
    found = [line.event["saved"] for line in read_score(tmp_path / "take") if line.event]
    assert set(found) == {"styles/a.jpg"}


def test_the_logos_of_scenes_are_kept(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gig"
    (folder / "scenes").mkdir(parents=True)
    (folder / "pictures").mkdir()
    (folder / "pictures" / "name.png").write_bytes(b"png")
    (folder / "scenes" / "a.yaml").write_text("logo: pictures/name.png\nchain: [mix, logo]\n")
    (folder / "scenes" / "b.yaml").write_text("logo: [\n")
    (tmp_path / "secret.png").write_bytes(b"outside")
    (folder / "scenes" / "c.yaml").write_text("logo: ../secret.png\nchain: [mix, logo]\n")
    keep_gig(open_gig(folder), tmp_path / "take")
    assert (tmp_path / "take" / "gig" / "pictures" / "name.png").read_bytes() == b"png"
    assert not (tmp_path / "take" / "secret.png").exists(), "no way out of the gig"


def read_began(tmp_path: Path) -> int:
    """Wait for the score's first line and return the moment it began."""
    _until(lambda: (tmp_path / "take" / "score.jsonl").is_file())
    _until(lambda: (tmp_path / "take" / "score.jsonl").read_text().count("\n") > 0)
    return read_head(tmp_path / "take").began
