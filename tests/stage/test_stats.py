"""Figures are measured, not guessed."""

from __future__ import annotations

import pytest

from vj.stage.stats import Delays, Stats

MS = 1_000_000


def test_percentiles_of_delays() -> None:
    delays = Delays()
    assert delays.summary() == {"p50": 0.0, "p95": 0.0, "count": 0}
    for ms in range(101):
        delays.add(float(ms))
    assert delays.summary() == {"p50": 50.0, "p95": 95.0, "count": 101}


def test_rates_and_gaps_count_from_the_first_live_picture() -> None:
    stats = Stats()
    at = 1000 * MS
    for _ in range(10):
        at += 500 * MS
        stats.presented(at, live=False, period_s=1 / 50)
    assert (stats.frames_shown, stats.frozen_ms_max, stats.late_frames) == (0, 0.0, 0)
    first = at = at + 20 * MS
    for gap in (0, 20, 20, 20, 40, 20):
        at += gap * MS
        stats.presented(at, live=True, period_s=1 / 50)
    document = stats.document()
    assert document["frames_shown"] == 6
    assert document["first_frame_at"] == first
    assert document["last_frame_at"] == at
    assert document["stage_fps"] == pytest.approx(5 / 0.12, abs=0.01)
    assert document["late_frames"] == 1
    assert document["frozen_ms_max"] == 40.0


def test_delays_go_from_the_moment_to_the_screen() -> None:
    stats = Stats()
    stats.showed(100 * MS, dry=70 * MS, styled=40 * MS, knobs=[90 * MS, 80 * MS])
    stats.showed(120 * MS, dry=0, styled=0, knobs=[])
    stats.showed(160 * MS, dry=0, styled=100 * MS, knobs=[])
    document = stats.document()
    assert document["dry_latency_ms"] == {"p50": 30.0, "p95": 30.0, "count": 1}
    assert document["latency_ms"] == {"p50": 60.0, "p95": 60.0, "count": 2}
    assert document["knob_to_screen_ms"] == {"p50": 15.0, "p95": 19.5, "count": 2}
    assert document["styled_shown"] == 2
    assert document["styled_fps"] == pytest.approx(1 / 0.06, abs=0.01)
