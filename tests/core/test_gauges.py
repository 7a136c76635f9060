"""Measured numbers cross from process to process whole, and never as nonsense."""

from __future__ import annotations

import multiprocessing

from vj.core.gauges import AUDIO, BODY, FOLLOWED, Gauges


def _write(gauges: Gauges) -> None:
    gauges.publish({"bass": 0.25, "onset": 1.0}, 77, 5)


def test_another_process_writes_and_this_one_reads() -> None:
    gauges = Gauges.create(AUDIO)
    assert gauges.read().at == 0
    process = multiprocessing.get_context("spawn").Process(target=_write, args=(gauges,))
    process.start()
    process.join(60)
    found = gauges.read()
    assert (found.values["bass"], found.values["mid"], found.at, found.count) == (0.25, 0.0, 77, 5)


def test_what_is_not_finite_counts_as_nothing() -> None:
    gauges = Gauges.create(BODY)
    gauges.publish({"area": float("nan"), "x": float("inf"), "y": 0.5})
    assert gauges.read().values == dict.fromkeys(BODY, 0.0) | {"y": 0.5}
    assert gauges.read().at > 0


def test_everything_measured_can_be_followed() -> None:
    assert len(FOLLOWED) == len(AUDIO) + len(BODY)
    assert {"audio.onset", "body.background"} <= set(FOLLOWED)
