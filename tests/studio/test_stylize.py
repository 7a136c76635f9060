"""Pictures stylised: size, transparency, uprightness; a batch goes on after a broken file."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.studio.stylizing import negative_look, picture, pictures_of, write_film, write_picture
from vj.cli import main
from vj.studio.inputs import Job
from vj.studio.look import Brush
from vj.studio.stylize import paint_picture, read_picture, stylize


@pytest.fixture
def style(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "style.png")


def _quiet(line: str) -> None:
    return None


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tif"])
def test_a_picture_keeps_its_size_in_every_format(tmp_path: Path, style: Path, suffix: str) -> None:
    source = write_picture(tmp_path / "in.png", picture((51, 77)))
    paint_picture(Job(source, tmp_path / f"out{suffix}"), negative_look(style))
    painted, _ = read_picture(tmp_path / f"out{suffix}")
    assert painted.shape == (51, 77, 4)
    assert np.abs(255 - picture((51, 77)).astype(int) - painted[..., :3]).mean() < 6
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (20, 7)])
def test_the_smallest_pictures_are_painted_too(
    tmp_path: Path, style: Path, size: tuple[int, int]
) -> None:
    source = write_picture(tmp_path / "in.png", np.full((*size, 3), 55, np.uint8))
    paint_picture(Job(source, tmp_path / "out.png"), negative_look(style))
    painted, _ = read_picture(tmp_path / "out.png")
    assert painted.shape == (*size, 4) and np.abs(painted[..., :3].astype(int) - 200).max() <= 1


def test_transparency_is_kept_and_is_the_matte_when_asked(tmp_path: Path, style: Path) -> None:
    rgba = np.dstack([picture(), np.zeros((64, 96), np.uint8)])
    rgba[:, 48:, 3] = 255
    source = write_picture(tmp_path / "in.png", rgba)
    look = negative_look(style, background=(), matte="source")
    paint_picture(Job(source, tmp_path / "out.png"), look)
    painted, transparent = read_picture(tmp_path / "out.png")
    assert transparent and np.array_equal(painted[..., 3], rgba[..., 3])
    assert np.abs(painted[:, :40, :3].astype(int) - rgba[:, :40, :3]).max() <= 1
    assert np.abs(255 - painted[:, 56:, :3].astype(int) - rgba[:, 56:, :3]).max() <= 1


def test_a_background_that_is_painted_by_the_matte_is_seen(tmp_path: Path, style: Path) -> None:
    """The page told Avatar-Net's users to give the mask as transparency: the background painted
    in a style of its own was there, and invisible."""
    rgba = np.dstack([picture(), np.zeros((64, 96), np.uint8)])
    rgba[:, 48:, 3] = 255
    source = write_picture(tmp_path / "in.png", rgba)
    look = negative_look(style, person=(), matte="source")
    paint_picture(Job(source, tmp_path / "out.png"), look)
    painted, transparent = read_picture(tmp_path / "out.png")
    assert not transparent
    assert np.abs(255 - painted[:, :40, :3].astype(int) - rgba[:, :40, :3]).max() <= 1
    assert np.abs(painted[:, 56:, :3].astype(int) - rgba[:, 56:, :3]).max() <= 1


def test_deep_and_gray_pictures_are_read(tmp_path: Path) -> None:
    deep = np.zeros((8, 9, 4), np.uint16)
    deep[...] = (65535, 257 * 3, 0, 257 * 200)
    cv2.imwrite(str(tmp_path / "deep.png"), deep)
    pixels, transparent = read_picture(tmp_path / "deep.png")
    assert transparent and pixels[0, 0].tolist() == [0, 3, 255, 200]
    cv2.imwrite(str(tmp_path / "gray.png"), np.full((8, 9), 77, np.uint8))
    pixels, transparent = read_picture(tmp_path / "gray.png")
    assert not transparent and pixels[0, 0].tolist() == [77, 77, 77, 0]


def test_a_camera_that_was_held_upright_gives_an_upright_picture(tmp_path: Path) -> None:
    """Reading with transparency makes OpenCV forget the orientation cameras write."""
    path = write_picture(tmp_path / "in.jpg")
    tag = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + tag + b"\0" * 4
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    assert read_picture(path)[0].shape == (96, 64, 4)


def test_one_broken_file_does_not_stop_the_others(tmp_path: Path, style: Path) -> None:
    good = [write_picture(tmp_path / f"{name}.png") for name in "ac"]
    broken = tmp_path / "b.png"
    broken.write_bytes(b"not a picture")
    film = write_film(tmp_path / "d.mp4", count=2)
    sources = [good[0], broken, good[1], film]
    jobs = [Job(path, tmp_path / "out" / path.name) for path in sources]
    said: list[str] = []
    failures = stylize(jobs, negative_look(style), said.append)
    assert list(failures) == [broken] and "no picture" in failures[broken]
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["a.png", "c.png", "d.mp4"]
    assert said[0] == "1/4 a.png" and said[-1].startswith("4/4 d.mp4 ")


def test_size_is_for_picture_and_transparency_alike(tmp_path: Path, style: Path) -> None:
    rgba = np.dstack([picture(), np.full((64, 96), 9, np.uint8)])
    source = write_picture(tmp_path / "in.png", rgba)
    paint_picture(Job(source, tmp_path / "out.png"), negative_look(style, size=(30, 40)))
    painted, _ = read_picture(tmp_path / "out.png")
    assert painted.shape == (30, 40, 4) and (painted[..., 3] == 9).all()


def test_preserve_color_takes_only_the_lightness_of_the_painting(
    tmp_path: Path, style: Path
) -> None:
    # Near gray no colour leaves 0..255, whatever becomes of its lightness.
    source = write_picture(tmp_path / "in.png", picture() // 4 + np.uint8(90))
    look = negative_look(style, preserve_color=True)
    paint_picture(Job(source, tmp_path / "out.png"), look)
    before, after = (
        cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2YCrCb).astype(int)
        for path in (source, tmp_path / "out.png")
    )
    assert np.abs(255 - after[..., 0] - before[..., 0]).max() <= 2
    assert np.abs(after[..., 1:] - before[..., 1:]).max() <= 2


def test_a_brush_remembers_the_background_it_has_seen(style: Path) -> None:
    """The motion matte needs the pictures before; a new film begins without them."""
    look = negative_look(style, matte="motion")
    empty = np.dstack([picture((90, 160), 0), np.zeros((90, 160), np.uint8)])
    entered = empty.copy()
    entered[30:80, 90:120, :3] = 255
    brush = Brush(look)
    for _ in range(30):
        brush.look_at(empty)
    for step in range(6):
        seen = brush.look_at(np.roll(entered, step, axis=1))
    assert seen[55, 105, 3] > 128 and seen[10, 20, 3] == 0
    assert not Brush(look).look_at(entered)[..., 3].any()


def test_a_picture_with_nobody_in_it_says_so(
    tmp_path: Path, style: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A lone picture has no movement: without transparency the person's style is never seen."""
    job = Job(write_picture(tmp_path / "in.png"), tmp_path / "out.png")
    paint_picture(job, negative_look(style, person=(), matte="auto"))
    assert "nobody found" in caplog.text


def test_the_command_makes_pictures_and_films(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    write_picture(tmp_path / "in" / "a.png")
    write_film(tmp_path / "in" / "b.webm", count=2, codec="libvpx-vp9", sound="libopus")
    out = tmp_path / "out"
    words = ["stylize", str(tmp_path / "in"), str(out), "--model", "passthrough"]
    assert main([*words, "--style", "ink-wash=2", "--style", "marbling=1"]) == 0
    assert f"2 of 2 done: {out}" in capsys.readouterr().out
    assert np.array_equal(read_picture(out / "a.png")[0][..., :3], picture())
    assert len(pictures_of(out / "b.webm")[1]) == 2
    assert main(words) == 2
    assert "exists already; --force overwrites" in capsys.readouterr().err
    assert main([*words, "--skip-existing"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert main([*words, "--force"]) == 0


def test_the_command_names_broken_files_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"")
    words = ["stylize", str(tmp_path / "*.png"), str(tmp_path / "out"), "--model", "passthrough"]
    assert main(words) == 1
    said = capsys.readouterr()
    assert "1 of 2 done" in said.out and f"vj: {tmp_path / 'b.png'}: no picture" in said.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--model", "brsh", "--style", "ink-wash"], "Did you mean 'brush'"),
        (["--style", "ink-wush"], "Did you mean 'ink-wash'"),
        (["--style", "ink-wash=much"], "'much' is no weight"),
        (["--style", "ink-wash=-1"], "0 or more"),
        (["--style", "ink-wash=0"], "weights of all styles are 0"),
        (["--style", "gone.jpg"], "gone.jpg: no such file"),
        (["--style", "ink-wash", "--strength", "1.5"], "allowed: 0"),
        (["--style", "ink-wash", "--size", "640x"], "it looks like 640x360"),
        (["--style", "ink-wash", "--matte", "moton"], "Did you mean 'motion'"),
        (["--style", "ink-wash", "--device", "cuda:99"], "unknown device"),
        (["--gig", "/nowhere"], "no such folder"),
    ],
)
def test_mistakes_are_one_sentence_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    source = write_picture(tmp_path / "in.png")
    assert main(["stylize", str(source), str(tmp_path / "out.png"), *words]) == 2
    said = capsys.readouterr().err
    assert says in said and len(said.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("where", ["stylize.paint_picture", "look.load_model"])
def test_stopping_is_no_traceback_while_loading_nor_while_painting(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    """Ctrl-C while a large model was loading printed forty lines of torch's insides."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"vj.studio.{where}", stopped)
    source = write_picture(tmp_path / "in.png")
    words = ["stylize", str(source), str(tmp_path / "out.png"), "--model", "passthrough"]
    assert main(words) == 130
    said = capsys.readouterr().err
    assert said.endswith("vj: stopped\n") and "goes on" not in said  # a picture does not
