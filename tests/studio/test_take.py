"""A kept performance rendered again: the same film every time, at any size, in any style."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.take import SCORE
from vj.record.writer import Writer
from vj.studio.take import TakeOrder, render
from vj.studio.take_painter import Instead
from vj.studio.take_score import TakeScore, length

FPS = 10


@pytest.fixture
def take(root: Path, tmp_path: Path) -> Path:
    """One second of a square that crosses the picture, played with three knobs and a blackout."""
    folder = tmp_path / "take"
    (folder / "gig" / "scenes").mkdir(parents=True)
    shutil.copy(root / "scenes" / "01_ink.yaml", folder / "gig" / "scenes")
    (folder / "gig" / "rig.yaml").write_text("size: 128x72\noutput: 128x72\nflash_limit: off\n")
    head = {"take": 1, "began": 0, "size": [72, 128], "fps": FPS}
    lines: list[Mapping[str, Any]] = [head]
    for number in range(21):
        values = {"trails.decay": 0.5, "grade.hue": number / 40, "blackout": float(number == 20)}
        state = {
            "values": values,
            "model": "passthrough",
            "matte": "source",
            "styles": {"person": [], "background": []},
            "chain": [["mix", 1.0], ["trails", 1.0], ["grade", 1.0]],
            "beat": number / 20,
        }
        lines.append({"at": 2.0 + number / 20, "state": state})
    lines.insert(12, {"at": 2.52, "event": {"trigger": "panic"}})
    (folder / SCORE).write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    writer = Writer(folder / "source.mkv", 72, 128, matte=True)
    for number in range(11):
        pixels = np.zeros((72, 128, 4), np.uint8)
        pixels[20:50, 10 * number : 20 + 10 * number, :3] = (250, 120, 30)
        writer.write(pixels, 2.0 + number / FPS)
    writer.close()
    return folder


def _frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def test_two_renderings_of_a_take_are_the_same_file(take: Path, tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    for name in ("a.mp4", "b.mp4"):
        order = TakeOrder(take, tmp_path / name, device="cpu")
        assert render(order, lambda done, of: said.append((done, of))) == FPS
    assert said[: FPS + 1] == [*((n + 1, FPS) for n in range(FPS)), (1, FPS)]
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    frames = _frames(tmp_path / "a.mp4")
    assert len(frames) == FPS
    # the square is where the source had it at that moment
    for number, frame in enumerate(frames):
        columns = np.nonzero(frame[35].max(-1) > 120)[0]
        assert abs(int(columns.max()) - (20 + 10 * number)) <= 4
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert file.streams.video[0].average_rate == FPS


def _with_overlays(take: Path) -> None:
    """Add a green layer that is red later, over the left half, and a blue logo in a corner."""
    for name, colour, moments in (
        ("layer.mkv", (0, 220, 0), (1.9, 2.1)),
        ("layer-2.mkv", (220, 0, 0), (2.5, 2.6)),
    ):
        writer = Writer(take / name, 72, 128, quality=8, matte=True)
        for moment in moments:
            pixels = np.zeros((72, 128, 4), np.uint8)
            pixels[:, :64] = (*colour, 255)
            writer.write(pixels, moment)
        writer.close()
    logo = np.zeros((20, 40, 4), np.uint8)
    logo[:] = (255, 0, 0, 255)  # BGRA
    assert cv2.imwrite(str(take / "gig" / "logo.png"), logo)
    lines = [json.loads(line) for line in (take / SCORE).read_text().splitlines()]
    for line in lines[1:]:
        if "state" in line:
            line["state"] |= {
                "layer": {"kind": "camera"},
                "logo": "logo.png",
                "chain": [["mix", 1.0], ["layer", 1.0], ["logo", 1.0]],
            }
            line["state"]["values"] |= {"style.fade": 0.0, "logo.width": 0.25}
    (take / SCORE).write_text("\n".join(json.dumps(line) for line in lines) + "\n")


def test_layer_and_logo_are_rendered_where_they_were(take: Path, tmp_path: Path) -> None:
    _with_overlays(take)
    for name in ("a.mp4", "b.mp4"):
        render(TakeOrder(take, tmp_path / name, device="cpu"), lambda done, of: None)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    frames = _frames(tmp_path / "a.mp4")
    greens = [bool(frame[36, 20, 1] > 150 > frame[36, 20, 0]) for frame in frames]
    reds = [bool(frame[36, 20, 0] > 150 > frame[36, 20, 1]) for frame in frames]
    assert greens == [True] * 5 + [False] * (FPS - 5)
    assert reds == [False] * 5 + [True] * (FPS - 5)
    assert all(frame[62, 108, 2] > 150 > frame[62, 108, 0] for frame in frames)
    (take / "gig" / "logo.png").unlink()
    render(TakeOrder(take, tmp_path / "c.mp4", device="cpu"), lambda done, of: None)
    assert _frames(tmp_path / "c.mp4")[2][62, 108, 2] < 100


def test_effects_that_go_by_the_clock_are_where_they_were(take: Path, tmp_path: Path) -> None:
    """The band of `scan` was elsewhere: the clock began anew with the rendering."""
    text = (take / SCORE).read_text().replace('"trails"', '"dawn"')
    (take / SCORE).write_text(text.replace('"began": 0', '"began": 7000000000'))
    (take / "gig" / "effects").mkdir()
    (take / "gig" / "effects" / "dawn.frag").write_text(
        "void main() { color = vec4(vec3(step(9.45, time)), 1.0); }\n"
    )
    render(TakeOrder(take, tmp_path / "x.mp4", device="cpu"), lambda done, of: None)
    lights = [bool(frame[36, 64, 1] > 128) for frame in _frames(tmp_path / "x.mp4")]
    assert lights == [False] * 5 + [True] * (FPS - 5)


def test_a_take_can_be_rendered_larger_faster_and_in_a_style(take: Path, tmp_path: Path) -> None:
    order = TakeOrder(
        take, tmp_path / "big.mp4", size=(144, 256), fps=2 * FPS, device="cpu",
        instead=Instead("brush", "ink-wash", "neon-grid"),
    )  # fmt: skip
    assert render(order, lambda done, of: None) == 2 * FPS
    frames = _frames(tmp_path / "big.mp4")
    assert len(frames) == 2 * FPS
    assert frames[0].shape == (144, 256, 3)
    assert frames[3][:, :60].std() > 3  # the black behind the square is painted now


def test_values_between_two_states_are_between_them(take: Path, root: Path) -> None:
    assert length(take) == (2.0, 3.0)
    score = TakeScore(take, open_gig(root).table)
    found = score.at(2.025)
    assert found["values"]["grade.hue"] == pytest.approx(0.5 / 40)
    assert found["beat"] == pytest.approx(0.025)
    assert score.at(2.96)["values"]["blackout"] == 0.0, "a switch is never half way"
    assert score.at(9.0)["values"]["blackout"] == 1.0


def test_a_panic_is_told_once(take: Path, root: Path) -> None:
    score = TakeScore(take, open_gig(root).table)
    told = []
    for number in range(20):
        score.at(2.0 + number / 20)
        told.append(score.panicked())
    assert sum(told) == 1


def test_what_is_missing_is_said(take: Path, tmp_path: Path) -> None:
    order = TakeOrder(take, tmp_path / "x.mp4", instead=Instead("brish"))
    with pytest.raises(UserError, match="brush"):
        render(order, lambda done, of: None)
    film = take / "source.mkv"
    for rest in (film.read_bytes()[:200], b""):
        film.write_bytes(rest)
        with pytest.raises(UserError, match="source's film is missing or has no picture"):
            render(TakeOrder(take, tmp_path / "x.mp4"), lambda done, of: None)
    assert not (tmp_path / "x.mp4").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"styles": {"person": [["petals", 0.5]]}}, r"take: unknown style 'petals'.*--style takes"),
        ({"styles": {"background": [["torn", 1.0]]}}, r"torn\.jpg: no picture"),
        ({"model": "brsh"}, r"take: unknown model 'brsh'.*'brush'\? --model takes another one\.$"),
        ({"matte": "selfie"}, r"matte 'selfie' has no weights here"),
    ],
)
def test_what_has_gone_since_is_said_before_anything_is_rendered(
    take: Path, tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    """It was said when its moment came, hours into the rendering, and all of it was lost."""
    (take / "gig" / "styles").mkdir()
    (take / "gig" / "styles" / "torn.jpg").write_bytes(b"torn")
    _play_last(take, changes)
    with pytest.raises(UserError, match=says):
        render(TakeOrder(take, tmp_path / "x.mp4"), lambda done, of: pytest.fail("too late"))


def test_what_is_not_as_it_was_played_is_told(
    take: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _play_last(take, {"chain": [["mix", 1.0], ["petals", 1.0]]})
    with (take / SCORE).open("a") as file:
        file.write('{"at": 2.5, "event": {"saved": "styles/mine.jpg"}}\n')
    render(TakeOrder(take, tmp_path / "x.mp4"), lambda done, of: None)
    assert "styles/mine.jpg was saved anew while it was played" in caplog.text
    assert "played with the effect 'petals', rendered without it" in caplog.text


def test_a_source_that_was_cut_off_is_told(
    take: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After a power cut the film may have less on the disk than the score."""
    with (take / SCORE).open("a") as file:
        file.write('{"at": 9.0, "state": {"beat": 9.0}}\n')
    render(TakeOrder(take, tmp_path / "x.mp4", fps=1), lambda done, of: None)
    assert "source's film ends 6 s before the performance" in caplog.text


def _play_last(take: Path, changes: dict[str, object]) -> None:
    with (take / SCORE).open("a") as file:
        file.write(json.dumps({"at": 3.1, "state": changes}) + "\n")
