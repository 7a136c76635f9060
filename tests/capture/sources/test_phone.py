"""A phone's pictures: the newest one plays, and silence is a lost source."""

from __future__ import annotations

import pytest

from tests.capture.test_jpeg import GOOD, packed
from vj.capture.reading import SourceLost
from vj.capture.sources.phone import COMING, PATIENCE, frames
from vj.capture.spec import RIG, check
from vj.core.errors import UserError
from vj.core.letterbox import Letterbox


class Time:
    """A clock that only sleeping moves; letters are posted on the way."""

    def __init__(self) -> None:
        self.now = 0.0
        self.box = Letterbox.create(65536)
        self.post: list[bytes] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.post:
            self.box.put(self.post.pop(0))

    @property
    def spec(self) -> dict[str, object]:
        return {"kind": "phone", RIG: {"phone": self.box}}


def test_pictures_play_until_the_phone_is_silent() -> None:
    time = Time()
    time.box.put(packed(90, 160))  # from a former phone
    time.post = [b"no picture", GOOD, GOOD]
    playing = frames(time.spec, lambda: time.now, time.sleep)
    assert next(playing).shape == (48, 64, 4)
    assert next(playing).shape == (48, 64, 4)
    since = time.now
    with pytest.raises(SourceLost, match="no phone"):
        next(playing)
    assert PATIENCE < time.now - since < PATIENCE + 0.1


def test_no_phone_at_all_is_told_in_time() -> None:
    """The line takes an opening of ten seconds for a driver that hangs, and restarts capture."""
    time = Time()
    with pytest.raises(SourceLost, match="no phone"):
        next(frames(time.spec, lambda: time.now, time.sleep))
    assert COMING <= time.now < 10


def test_only_rubbish_is_a_lost_phone() -> None:
    time = Time()
    time.post = [b"\xff\xd8 rubbish \xff\xd9"] * 40
    with pytest.raises(SourceLost, match="is no picture"):
        next(frames(time.spec, lambda: time.now, time.sleep))


def test_its_keys() -> None:
    check({"kind": "phone", "mirror": True}, folder=None)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="mirror"):
        check({"kind": "phone", "mirro": True}, folder=None)  # type: ignore[arg-type]
    with pytest.raises(SourceLost, match="show"):
        next(frames({"kind": "phone"}))
