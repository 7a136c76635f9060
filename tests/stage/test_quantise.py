"""Cues that wait come on their beat: the picture lands there, not the press."""

from __future__ import annotations

import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage.play import Play

BPM = 120.0
FPS = 60


class Clocked:
    """A Play whose clock the test turns; painting shows a change `delay` seconds later."""

    def __init__(self, gig: Gig, word: str, delay: float = 0.0) -> None:
        self.play, self.now, self.delay = Play(gig, Options()), 100.0, delay
        self.play.advance(self.now, 0.0)
        choices = gig.table.params["cue.quantise"].choices
        self.play.handle(Set("cue.quantise", float(choices.index(word))), self.now)

    @property
    def beat(self) -> float:
        return self.play.timing.tempo.beat

    def hand(self, event: Set | Trigger) -> None:
        self.play.handle(event, self.now)

    def frames(self, count: int = 1) -> None:
        for _ in range(count):
            self.now += 1 / FPS
            self.play.advance(self.now, 1 / FPS)
            shown = round(self.now * 1e9)
            self.play.timing.ahead.shown(shown, shown, round((self.now - self.delay) * 1e9), 1)

    def until(self, beat: float) -> None:
        while self.beat < beat - 1e-9:
            self.frames()

    def cued(self) -> list[dict[str, object]]:
        return self.play.timing.waiting.document(self.beat)


@pytest.mark.parametrize(("word", "due"), [("beat", 2.0), ("bar", 4.0), ("4 bars", 16.0)])
def test_a_scene_waits_for_its_boundary(gig: Gig, word: str, due: float) -> None:
    clock = Clocked(gig, word)
    clock.until(1.2)
    clock.hand(Trigger("scene.next"))
    [cued] = clock.cued()
    assert (cued["what"], cued["to"]) == ("scene", "02_loop")
    assert cued["beats"] == pytest.approx(due - clock.beat, abs=0.01)
    assert clock.play.document()["cued"] == [cued]
    while clock.play.cues.scene.name == "01_ink":
        clock.frames()
    assert clock.beat == pytest.approx(due, abs=0.51 * BPM / 60 / FPS)
    assert clock.cued() == []
    assert "trails" in dict(clock.play.chain)


def test_now_is_now(gig: Gig) -> None:
    clock = Clocked(gig, "now")
    clock.until(1.2)
    clock.hand(Trigger("scene.go", 3))
    assert clock.play.cues.scene.name == "03_plain"
    assert clock.cued() == []


def test_painting_begins_early_by_what_it_takes_and_the_stage_does_not(gig: Gig) -> None:
    """Styles take 300 ms to be painted: asked for that much before, they land on the beat, and the
    effects that are drawn at once do not come before them."""
    clock = Clocked(gig, "bar", delay=0.3)
    clock.frames(30)
    clock.hand(Trigger("scene.next"))
    begun = drawn = None
    while drawn is None:
        clock.frames()
        if begun is None and clock.play.cues.scene.name == "02_loop":
            begun = clock.beat
        if "trails" in dict(clock.play.chain):
            drawn = clock.beat
    frame = 1.01 * BPM / 60 / FPS
    assert begun == pytest.approx(4.0 - 0.3 * BPM / 60, abs=frame)
    assert drawn == pytest.approx(4.0, abs=frame)


def test_what_cannot_be_painted_in_time_takes_the_next_boundary(gig: Gig) -> None:
    clock = Clocked(gig, "bar", delay=0.3)
    clock.until(3.8)
    clock.hand(Trigger("scene.next"))
    clock.until(7.0)
    assert clock.play.cues.scene.name == "01_ink"
    clock.until(8.0)
    assert clock.play.cues.scene.name == "02_loop"


def test_the_same_press_again_takes_it_back_and_another_takes_its_place(gig: Gig) -> None:
    clock = Clocked(gig, "bar")
    clock.until(1.0)
    clock.hand(Trigger("scene.next"))
    clock.frames(30)
    clock.hand(Trigger("scene.next"))
    assert clock.cued() == []
    clock.hand(Trigger("scene.go", 2))
    clock.frames()
    clock.hand(Trigger("scene.go", 3))
    assert [cued["to"] for cued in clock.cued()] == ["03_plain"]
    clock.until(4.1)
    assert clock.play.cues.scene.name == "03_plain"


def test_a_repeated_packet_is_no_second_press(gig: Gig) -> None:
    clock = Clocked(gig, "bar")
    clock.until(1.0)
    for _ in range(3):
        clock.hand(Trigger("scene.next"))
        clock.frames(2)
    assert len(clock.cued()) == 1


def test_styles_wait_as_well_each_region_for_itself(gig: Gig) -> None:
    clock = Clocked(gig, "beat")
    choices = gig.table.params["style.person"].choices
    clock.until(0.3)
    clock.hand(Set("style.person", float(choices.index("neon-grid"))))
    clock.hand(Set("style.background", float(choices.index("ink-wash"))))
    assert [(cued["what"], cued["to"]) for cued in clock.cued()] == [
        ("style.person", "neon-grid"),
        ("style.background", "ink-wash"),
    ]
    assert clock.play.styles.goal("person") == "ink-wash"
    clock.hand(Set("style.background", float(choices.index("marbling"))))  # what is there already
    assert len(clock.cued()) == 1
    clock.until(1.05)
    assert clock.play.styles.goal("person") == "neon-grid"
    assert clock.play.styles.goal("background") == "marbling"
    assert clock.play.params.goal("style.person") == choices.index("neon-grid")


def test_panic_drops_what_waits(gig: Gig) -> None:
    clock = Clocked(gig, "4 bars")
    clock.until(1.0)
    clock.hand(Trigger("scene.next"))
    clock.frames()
    clock.hand(Trigger("panic"))
    clock.until(17.0)
    assert clock.play.cues.scene.name == "01_ink"


def test_resync_is_the_boundary_a_cue_waited_for(gig: Gig) -> None:
    clock = Clocked(gig, "bar")
    clock.until(1.4)
    clock.hand(Trigger("scene.next"))
    clock.hand(Trigger("tempo.resync"))
    clock.frames()
    assert clock.play.cues.scene.name == "02_loop"


def test_other_bars_and_the_key_that_chooses(gig: Gig) -> None:
    clock = Clocked(gig, "bar")
    clock.hand(Set("tempo.beats_per_bar", 3.0))
    clock.until(0.5)
    clock.hand(Trigger("scene.next"))
    clock.until(2.9)
    assert clock.play.cues.scene.name == "01_ink"
    clock.until(3.0)
    assert clock.play.cues.scene.name == "02_loop"
    shown = clock.play.advance(clock.now, 0.0)
    assert (shown["tempo.beats_per_bar"], shown["cue.quantise"]) == (3.0, 2.0)
    for wanted in (3.0, 0.0, 1.0):
        clock.hand(Trigger("quantise.next"))
        assert clock.play.params.goal("cue.quantise") == wanted


def test_a_scene_that_comes_at_once_is_not_undone_by_one_half_begun(gig: Gig) -> None:
    """The painted half of one cue had begun when the hand went elsewhere without waiting: the drawn
    half of the first must not come over the second."""
    clock = Clocked(gig, "bar", delay=0.5)
    clock.frames(30)
    clock.hand(Trigger("scene.next"))
    while clock.play.cues.scene.name == "01_ink":
        clock.frames()
    clock.hand(Set("cue.quantise", 0.0))
    clock.hand(Trigger("scene.go", "03_plain"))
    clock.until(6.0)
    assert clock.play.cues.scene.name == "03_plain"
    assert dict(clock.play.chain) == {"mix": 1.0}


def test_a_scene_saved_while_it_waits_comes_as_it_was_saved(gig: Gig) -> None:
    clock = Clocked(gig, "bar")
    clock.until(1.0)
    clock.hand(Trigger("scene.go", "03_plain"))
    path = gig.folder / "scenes" / "03_plain.yaml"
    path.write_text("model: passthrough\nchain: [mix, grade]\nfade: 0\n")
    clock.play.cues.watch.look()
    clock.play.cues.watch.look()
    clock.until(5.0)
    assert set(dict(clock.play.chain)) == {"mix", "grade"}


def test_a_cue_that_lands_does_not_count_the_old_scenes_time(gig: Gig) -> None:
    """Of four bars nothing was seen: the time in the scene before was held against it."""
    scene = gig.folder / "scenes" / "02_loop.yaml"
    scene.write_text(scene.read_text() + "advance: 4 bars\n")
    clock = Clocked(open_gig(gig.folder), "bar", delay=0.3)
    clock.frames(30)
    clock.until(45.0)
    clock.hand(Trigger("scene.next"))
    clock.until(62.5)
    assert clock.play.cues.scene.name == "02_loop"
    clock.until(64.5)
    assert clock.play.cues.scene.name == "03_plain"
