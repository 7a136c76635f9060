"""A show takes over what another one started, and knows how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from vj.core import growth
from vj.core.crew import birth
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.show import Show

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere they are started anew")


@pytest.fixture
def house(root: Path) -> House:
    gig = open_gig(root)
    small = gig.rig.model_copy(update={"size": (16, 16), "output": (16, 16)})
    return build_house(replace(gig, rig=small), Options(headless=True))


def _left(house: House, pid: int) -> None:
    """Leave the crew of a show that died, of this one process."""
    people = {"stage": [pid, birth(pid)], "layers": [pid, birth(pid)], "stranger": [1, ""]}
    house.crew.post(
        {
            "guard": [os.getpid(), birth(os.getpid())],
            "people": people,
            "beating": ["stage"],
            "restarts": {"stage": 2},
            "deaths": 1,
            "started_at": 17,
            "announced": "http://here",
            "firsts": {},
        }
    )


@pytest.mark.parametrize(("closed", "ended"), [(True, "the window was closed"), (False, "")])
def test_a_closed_window_ends_the_show_also_after_a_take_over(
    house: House, closed: bool, ended: str
) -> None:
    stage = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    _left(house, stage.pid)
    show = Show(house, lambda line: None)
    found = house.crew.read()
    assert found
    show._take_over(found[1])
    keeper = show.keepers["stage"]
    show.keepers = {"stage": keeper, "layers": show.keepers["layers"]}
    assert (keeper.pid, keeper.restarts, show.started_at) == (stage.pid, 2, 17)
    show._look(time.monotonic())
    assert show.ended == ""
    house.status["stage"].post({"closed": closed})
    stage.communicate(b"\n")
    keeper.kill()
    show._look(time.monotonic())
    assert show.ended == ended
    assert keeper.recent_crashes == (0 if closed else 1)


def test_what_was_about_to_end_is_not_begun_anew(house: House) -> None:
    stage = subprocess.Popen(["sleep", "60"])
    _left(house, stage.pid)
    found = house.crew.read()
    assert found
    house.crew.post(found[1] | {"ended": "the window was closed"})
    said: list[str] = []
    assert Show(house, said.append).run() == 1, "no picture was shown"
    assert said == ["end of show: the window was closed"]
    assert stage.wait(5) == -signal.SIGTERM
    last = house.crew.read()
    assert last
    assert (last[1]["over"], last[1]["people"]) == (1, {})


def test_who_hangs_when_the_show_dies_is_not_waited_for_as_if_it_loaded(house: House) -> None:
    """Show and stage stood still together, and the picture stood for a minute and a half."""
    people = [subprocess.Popen(["sleep", "60"]) for _ in range(3)]
    stage, desk, gone = people
    gone.kill()
    gone.wait(5)
    _left(house, stage.pid)
    found = house.crew.read()
    assert found
    crew = found[1]
    crew["people"] |= {"desk": [desk.pid, birth(desk.pid)], "capture": [gone.pid, "17"]}
    show = Show(house, lambda line: None)
    show._take_over(crew)
    later = time.monotonic() + 10.0
    assert show.keepers["stage"]._hangs(later), "it had been heard of"
    assert not show.keepers["desk"]._hangs(later), "it may still load"
    restarts = {name: keeper.restarts for name, keeper in show.keepers.items()}
    assert restarts["capture"] == 1, "it died with the show and is begun anew"
    assert (restarts["stage"], restarts["desk"]) == (2, 0)
    for process in (stage, desk):
        process.kill()
        process.wait(5)


def test_nobody_is_told_where_there_is_no_guard(house: House) -> None:
    Show(house, lambda line: None)._tell()
    assert house.crew.read() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_everybody_is_told_of_a_process_that_grows(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = subprocess.Popen(["sleep", "60"])
    _left(house, stage.pid)
    show = Show(house, lambda line: None)
    found = house.crew.read()
    assert found
    show._guard = (os.getpid(), birth(os.getpid()))
    show._take_over(found[1])
    show.keepers = {"stage": show.keepers["stage"]}
    started, late = time.monotonic(), 0.0
    monkeypatch.setattr(
        growth, "private_mib", lambda pid: 30.0 + (late / 60 if pid == stage.pid else 0)
    )
    while late < 2 * 3600.0:
        show._look(started + late)
        late += 30.0
    stage.kill()
    stage.wait(5)
    line = "stage takes 60 MiB more than an hour ago"
    told = house.crew.read()
    assert told and told[1]["growing"] == [line]
    assert caplog.text.count(line) == 1


def test_a_report_that_cannot_be_written_ends_the_show_all_the_same(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It died of it before its last word, so the guard began the show anew, again and again."""
    report = tmp_path / "gone" / "r.json"
    changed = replace(house, options=replace(house.options, report=str(report)))
    show = Show(changed, lambda line: None)
    show._guard = (os.getpid(), birth(os.getpid()))
    show.keepers, show.ended = {}, "the time is over"
    assert show.run() == 1
    assert "the report is not written" in caplog.text
    last = house.crew.read()
    assert last and last[1]["over"] == 1


def test_everybody_is_watched_for_standing_still(house: House) -> None:
    """The curtain, too: hung in front it would cover the stage for ever."""
    with_window = replace(house, options=replace(house.options, headless=False))
    keepers = Show(with_window, lambda line: None).keepers
    assert "curtain" in keepers
    assert all(keeper.board is house.status[name] for name, keeper in keepers.items())
