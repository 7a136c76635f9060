"""The bookmark: found after a cut, gone after an end, whole whatever a disk did to a page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vj.core.board import Board
from vj.core.bookmark import STALE_S, Bookmark
from vj.core.errors import UserError

HERE = {"scene": "03_charcoal", "values": {"grade.hue": 0.25, "blackout": 1.0}, "goals": {}}


def cut_off(gig: Path, folder: Path, *hues: float) -> None:
    """Leave the pages of a show in another process that stood at one hue after the other."""
    program = (
        "import sys; from pathlib import Path; from vj.core.bookmark import Bookmark\n"
        "mark = Bookmark(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "for hue in sys.argv[3:]:\n"
        "    mark.keep({'scene': 's', 'values': {'grade.hue': float(hue)}, 'beat': 5.0})\n"
    )
    words = [str(gig), str(folder), *map(str, hues)]
    subprocess.run([sys.executable, "-c", program, *words], check=True)


def hue(mark: Bookmark) -> float | None:
    place = mark.found()
    return place.document["values"]["grade.hue"] if place else None


def test_where_a_show_was_cut_off_is_found(tmp_path: Path) -> None:
    cut_off(tmp_path / "gig", tmp_path, 0.1, 0.2, 0.3)
    place = Bookmark(tmp_path / "gig", tmp_path).found()
    assert place is not None
    assert place.document["values"] == {"grade.hue": 0.3}
    assert "beat" not in place.document, "a beat of another clock"
    assert abs(time.time() - place.at) < 60
    assert Bookmark(tmp_path / "other", tmp_path).found() is None


def test_what_a_hand_held_is_let_go(tmp_path: Path) -> None:
    Bookmark(tmp_path, tmp_path).keep(HERE)
    place = Bookmark(tmp_path, tmp_path).found()
    assert place is not None
    assert place.document["scene"] == "03_charcoal"
    assert place.document["values"] == {"grade.hue": 0.25}, "nobody is left to end the blackout"


def test_after_an_end_nothing_is_found(tmp_path: Path) -> None:
    mark = Bookmark(tmp_path, tmp_path)
    for _ in range(3):
        mark.keep(HERE)
    mark.tear_out()
    assert Bookmark(tmp_path, tmp_path).found() is None
    assert list((tmp_path / "shows").iterdir()) == []


def test_another_evening_begins_at_the_beginning(tmp_path: Path) -> None:
    cut_off(tmp_path, tmp_path, 0.5)
    mark = Bookmark(tmp_path, tmp_path)
    assert mark.found(time.time() + STALE_S - 60) is not None
    assert mark.found(time.time() + STALE_S + 60) is None
    assert mark.found(time.time() - 9e9) is not None, "a clock that lost its battery"


def test_a_page_that_is_torn_anywhere_leaves_the_one_before(tmp_path: Path) -> None:
    cut_off(tmp_path, tmp_path, 0.1, 0.2)
    mark = Bookmark(tmp_path, tmp_path)
    newest = next(page for page in (tmp_path / "shows").iterdir() if "0.2" in page.read_text())
    whole = newest.read_bytes()
    for length in range(len(whole) - 1):  # the last byte is a line's end
        newest.write_bytes(whole[:length])
        assert hue(mark) == 0.1, length
    for place in range(0, len(whole) - 1, 3):
        newest.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert hue(mark) == 0.1, place
    newest.write_bytes(whole)
    assert hue(mark) == 0.2


def test_a_cut_between_any_two_writes_leaves_a_whole_page(tmp_path: Path) -> None:
    """The disk is left as it is at every call that writes, as a cut would leave it."""
    program = (
        "import os, sys; from pathlib import Path; from vj.core.bookmark import Bookmark\n"
        "calls = int(sys.argv[2])\n"
        "def cut(event, arguments):\n"
        "    global calls\n"
        "    if event in ('open', 'os.rename') and str(sys.argv[1]) in str(arguments[0]):\n"
        "        calls -= 1\n"
        "        if calls < 0: os._exit(9)\n"
        "sys.addaudithook(cut)\n"
        "mark = Bookmark(Path(sys.argv[1]), Path(sys.argv[1]))\n"
        "for hue in range(4):\n"
        "    mark.keep({'scene': 's', 'values': {'grade.hue': float(hue)}})\n"
    )
    ends = []
    for calls in range(9):
        folder = tmp_path / str(calls)
        done = subprocess.run([sys.executable, "-c", program, str(folder), str(calls)], check=False)
        assert done.returncode == (9 if calls < 8 else 0)
        ends.append(hue(Bookmark(folder, folder)))
    assert ends == [None, None, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0]


@pytest.mark.skipif(os.name != "posix", reason="only there a process can be asked after")
def test_a_show_that_still_runs_is_not_taken_over(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from vj.core.bookmark import Bookmark\n"
        "Bookmark(Path(sys.argv[1]), Path(sys.argv[1])).keep({'scene': 's'})\n"
        "print('kept', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    ) as show:
        assert show.stdout is not None and show.stdout.readline()
        assert Bookmark(tmp_path, tmp_path).found() is None
        show.kill()
        show.wait()
        assert Bookmark(tmp_path, tmp_path).found() is not None


def test_it_follows_the_board_and_a_second_life_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vj.core.bookmark._EVERY_S", 0.02)
    for now in (0.1, 0.2):  # the second finds the first one's pages
        board = Board.create()
        mark = Bookmark(tmp_path, tmp_path)
        mark.follow(board)
        board.post({"scene": "s", "values": {"grade.hue": now}})
        until = time.monotonic() + 10.0
        while hue(mark) != now and time.monotonic() < until:
            time.sleep(0.02)
        assert hue(mark) == now
        mark._ended.set()  # cut off


def test_the_first_new_page_wins_over_many_old_ones(tmp_path: Path) -> None:
    """Else a cut in the first seconds would go on where the show before had been cut off."""
    cut_off(tmp_path, tmp_path, *[0.1] * 5)
    mark = Bookmark(tmp_path, tmp_path)
    mark.follow(Board.create())
    mark.keep({"scene": "s", "values": {"grade.hue": 0.7}})
    assert hue(mark) == 0.7
    mark.tear_out()


def test_a_disk_that_takes_nothing_is_said_and_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "shows").write_text("a file where the folder would be")
    mark = Bookmark(tmp_path, tmp_path)
    with pytest.raises(UserError, match="cannot be written"):
        mark.keep(HERE)
    assert mark.found() is None
    mark.tear_out()
