"""A wrong source spec is answered with what is allowed, before anything is opened."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from vj.capture.spec import Key, SpecError, check, read_keys, words
from vj.core.errors import UserError


def test_every_file_in_sources_is_a_word_with_the_same_two_functions() -> None:
    from vj.capture.spec import module

    known = ["camera", "dancer", "folder", "image", "phone", "stream", "testcard", "video"]
    assert words() == known
    for word in words():
        source = module({"kind": word})
        assert callable(source.frames) and callable(source.read)


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ({"kind": "dancr"}, ["dancr", "dancer, folder", "Did you mean 'dancer'"]),
        ({}, ["kind is needed", "testcard"]),
        ({"kind": "dancer", "sed": 3}, ["source dancer", "'sed'", "fps, seed, size", "'seed'"]),
        ({"kind": "dancer", "seed": 1.5}, ["seed", "whole number"]),
        ({"kind": "dancer", "fps": "fast"}, ["fps", "'fast'", "number"]),
        ({"kind": "dancer", "fps": 0}, ["fps", "allowed: 1 to 240"]),
        ({"kind": "dancer", "size": [640]}, ["size", "1280x720"]),
        ({"kind": "dancer", "size": [640, 9]}, ["size", "640x9", "16 to 8192"]),
        ({"kind": "video", "path": "nope.mp4"}, ["path", "nope.mp4", "does not exist"]),
        ({"kind": "video", "path": "x" * 300}, ["video: path", "cannot be read"]),
        ({"kind": "video", "path": "a\0b"}, ["video: path"]),
        ({"kind": "video"}, ["path is needed"]),
        ({"kind": "video", "path": 3}, ["path", "not a text"]),
        ({"kind": "stream"}, ["url is needed", "rtsp://"]),
        ({"kind": "stream", "url": "file:///etc/passwd"}, ["scheme", "'file'", "rtsp"]),
        ({"kind": "camera", "mirror": "onn"}, ["mirror", "allowed: on, off", "mean 'on'?"]),
        ({"kind": "camera", "mirror": 1}, ["mirror", "allowed: on, off"]),
        ({"kind": "camera", "rotat": 90}, ["'rotat'", "Did you mean 'rotate'"]),
        ({"kind": "camera", "rotate": 45.5}, ["rotate: 45.5", "0, 90, 180, 270 (clockwise)"]),
        ({"kind": "camera", "rotate": 80}, ["rotate: 80", "0, 90, 180, 270", "mean 90?"]),
        ({"kind": "camera", "rotate": -90}, ["rotate: -90", "0, 90, 180, 270", "mean 270?"]),
        ({"kind": "camera", "rotate": "360"}, ["rotate: '360'", "clockwise", "mean 0?"]),
        ({"kind": "camera", "rotate": "left"}, ["rotate: 'left'", "allowed: 0, 90, 180, 270"]),
        ({"kind": "camera", "rotate": True}, ["rotate: True", "allowed: 0, 90, 180, 270"]),
        ({"kind": "camera", "rotate": [90]}, ["rotate: [90]", "allowed: 0, 90, 180, 270"]),
        ({"kind": "phone", "fit": "hole"}, ["phone: fit", "cut, stretch, whole", "mean 'whole'"]),
        ({"kind": "phone", "fit": 3}, ["phone: fit", "'3'", "cut, stretch, whole"]),
        ({"kind": "dancer", "rotate": 90}, ["source dancer", "'rotate'", "fps, seed, size"]),
        ({"kind": "camera", "device": 1.5}, ["device", "name nor its number"]),
    ],
)
def test_mistakes_are_named(spec: dict[str, object], parts: list[str], tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        check(spec, tmp_path)
    for part in parts:
        assert part in str(raised.value)


def test_every_key_of_every_source_is_in_the_documentation() -> None:
    from vj.capture.framing import KEYS as FRAMING
    from vj.capture.spec import module

    page = (Path(__file__).parents[2] / "docs/scenes.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    for word in words():
        keys = module({"kind": word}).KEYS
        for name in keys:
            row = rows[name] if name in FRAMING else rows[word]
            assert f"`{name}`" in row, f"{word}: {name}"
        assert not set(FRAMING) & set(keys) or set(FRAMING) <= set(keys), word


def test_a_folder_that_may_not_be_entered_is_said_not_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Capture and layers were started again and again for it."""

    def shut(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", shut)
    with pytest.raises(UserError, match=r"clip\.mp4 cannot be read \(Permission denied\)"):
        check({"kind": "video", "path": "shut/clip.mp4"}, tmp_path)


def test_paths_are_relative_to_the_gig(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"-")
    check({"kind": "video", "path": "clip.mp4"}, tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no picture"):
        check({"kind": "folder", "path": "."}, tmp_path)


def test_what_a_spec_leaves_out_comes_from_the_rig_then_from_the_key() -> None:
    keys = {"fps": Key("number", low=1), "size": Key("size"), "speed": Key("number", 1.0)}
    rig = {"folder": ".", "fps": 25.0, "size": (90, 160)}
    values = read_keys({"kind": "x", "rig": rig, "size": "320x180"}, keys)
    assert (values.number("fps"), values.size("size"), values.number("speed")) == (
        25.0,
        (180, 320),
        1.0,
    )


def test_checking_does_not_import_opencv(tmp_path: Path) -> None:
    """The show checks specs in its own process, which holds no foreign packages."""
    code = (
        "import sys; from pathlib import Path; from vj.capture.spec import check, words\n"
        "check({'kind': 'dancer'}, Path('.')); check({'kind': 'camera'}, Path('.'))\n"
        "from vj.capture.spec import module; [module({'kind': w}) for w in words()]\n"
        "sys.exit('cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("word", "means"), [("on", True), ("Off", False), ("yes", True), (False, False)]
)
def test_a_switch_takes_the_words_that_rig_and_params_take(word: object, means: bool) -> None:
    found = read_keys({"kind": "x", "mirror": word}, {"mirror": Key("switch", True)})
    assert found.given("mirror") is means


def test_a_mistake_of_several_keys_can_be_sent_to_another_process() -> None:
    error = SpecError("one", "two")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.each) == ("one; two", ("one", "two"))
