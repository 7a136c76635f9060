"""The report adds up the lives of the stage and counts the gap between them as frozen."""

from __future__ import annotations

from vj.core.report import Report


def _life(started: int, shown: int, first: int, last: int, **more: object) -> dict[str, object]:
    return {
        "started_at": started, "frames_shown": shown, "styled_shown": shown // 2,
        "first_frame_at": first, "last_frame_at": last, "frozen_ms_max": 20.0, "late_frames": 1,
        "black_frames": 0, "stage_fps": float(shown), **more,
    }  # fmt: skip


def test_counts_add_up_and_the_longest_life_gives_the_rates() -> None:
    report = Report()
    report.stage_said(_life(1, 50, 10**9, 2 * 10**9, first_styled_at=3 * 10**9))
    report.stage_said(_life(1, 100, 10**9, 5 * 10**9, first_styled_at=3 * 10**9))
    report.stage_said(_life(2, 40, 6_500_000_000, 9 * 10**9))
    infer = {"model": "brush", "device": "cpu", "share": 0.75}
    figures = report.write({"stage": 1}, {"infer": infer}, 5 * 10**8)
    assert figures["painted_at"] == 0.75
    assert (figures["frames_shown"], figures["styled_shown"], figures["late_frames"]) == (
        140,
        70,
        2,
    )
    assert figures["stage_fps"] == 100.0
    assert figures["frozen_ms_max"] == 1500.0
    assert (figures["first_dry_s"], figures["first_styled_s"]) == (0.5, 2.5)
    assert (figures["model"], figures["device"]) == ("brush", "cpu")


def test_a_show_that_came_back_knows_when_the_first_stage_began() -> None:
    """The first stage it knew itself was the second one, whose first picture came minutes later."""
    before, after = Report(), Report()
    before.stage_said(_life(1, 50, 10**9, 2 * 10**9))
    before.stage_said(_life(1, 60, 10**9, 2 * 10**9, first_styled_at=3 * 10**9))
    before.stage_said(_life(2, 50, 200 * 10**9, 201 * 10**9, first_styled_at=202 * 10**9))
    after.firsts = before.firsts
    after.stage_said(_life(2, 60, 200 * 10**9, 203 * 10**9, first_styled_at=202 * 10**9))
    figures = after.write({}, {}, 5 * 10**8)
    assert (figures["first_dry_s"], figures["first_styled_s"]) == (0.5, 2.5)


def test_a_show_without_a_picture_has_a_report_all_the_same() -> None:
    report = Report()
    report.stage_said({"frames_shown": 0})
    figures = report.write({}, {}, 0)
    assert figures["frames_shown"] == 0 and figures["first_dry_s"] is None
