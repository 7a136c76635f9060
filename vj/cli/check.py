"""`vj check`: the soundcheck before a show; `--quick` reads the files and opens nothing.
Called by vj.cli; the checks are vj.studio's, the playing is vj.rehearsal's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from vj.cli.gig import find_gig
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig
from vj.core.scene import Scene

HELP = "soundcheck: read, open, play and time everything, and say what is wrong"
PLAYABLE, BROKEN = 0, 2
_LEAST_PAINTED, _LEAST_DRAWN = 2.0, 12.0  # pictures a second below which it is a slide show


def add(check: argparse.ArgumentParser) -> None:
    """Add the options of `vj check`."""
    check.add_argument("gig", nargs="?", default=".", help="gig folder")
    check.add_argument("--quick", action="store_true", help="read the files, open and play nothing")
    check.add_argument("--seconds", type=float, default=2.0, help="each scene is timed for so long")
    check.add_argument("--page", default="", metavar="FILE.html", help="a page for the table")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    from vj.studio.soundcheck import Soundcheck, broken
    from vj.studio.soundcheck_chain import check_chains
    from vj.studio.soundcheck_files import check_material, check_rig, check_sources, read_scenes
    from vj.studio.soundcheck_hands import check_knobs
    from vj.studio.soundcheck_styles import check_styles, check_unstyled
    from vj.studio.soundcheck_unused import check_unused

    if not 0.5 <= arguments.seconds <= 60:
        raise UserError("--seconds: allowed: 0.5 to 60")
    page = _page_path(arguments.page)
    gig = _open(arguments.gig)
    _tell("reading rig, scenes, cards, weights and styles")
    check = Soundcheck(str(gig.folder))
    found, scenes, wrong = read_scenes(gig)
    check.findings += [*check_rig(gig), *found, *check_sources(gig, scenes)]
    check.findings += [*check_material(gig, scenes), *check_styles(gig, scenes)]
    check.findings += [*check_knobs(gig, scenes, wrong), *check_unstyled(gig, scenes)]
    check.findings += [*check_chains(gig, scenes), *check_unused(gig)]
    try:
        from vj.desk.osc_layout import open_layout

        open_layout(gig)
    except UserError as error:
        check.findings.append(broken(error))
    check.counts = {
        "scenes": len(gig.scene_files),
        "styles": len(gig.style_files),
        "models": len(gig.card_files),
    }
    readable = {name: scene for name, (_, scene) in scenes.items()}
    check.lines = _lines(gig, readable, wrong)
    if not arguments.quick:
        _listen(check, gig, list(readable.values()))
        _play(check, gig, [name for name in readable if name not in wrong], arguments)
    if page:
        _write_page(page, check)
    print(json.dumps(check.document(), indent=2) if arguments.json else _report(check))
    return PLAYABLE if check.playable else BROKEN


def _open(folder: str) -> Gig:
    """Find the gig; a rig that cannot be read does not hide what is wrong elsewhere."""
    try:
        return find_gig(folder if folder != "." else "")[0]
    except UserError:
        path = Path(folder)
        if not (path / "rig.yaml").is_file():
            raise
        return Gig(path.resolve(), Rig())


def _page_path(name: str) -> Path | None:
    path = Path(name).resolve() if name else None
    if path and not path.parent.is_dir():
        raise UserError(f"--page {name}: its folder does not exist")
    return path


def _lines(gig: Gig, scenes: dict[str, Scene], wrong: set[str]) -> list[Any]:
    from vj.studio.soundcheck import Line

    lines = []
    for number, name in enumerate(gig.scene_files, 1):
        scene = scenes.get(name)
        line = Line(number, name, broken=name in wrong or scene is None)
        if scene is not None:
            person, background = scene.styles.person, scene.styles.background
            line.title, line.model = scene.title, scene.model
            line.styles = (
                person if person == background else f"{person or '-'} / {background or '-'}"
            )
            bound = {**gig.rig.knobs, **scene.knobs}
            hands = ((" ".join(filter(None, (k.midi, k.osc))), to) for to, k in bound.items())
            line.knobs = [(at, to) for at, to in hands if at]
        lines.append(line)
    return lines


def _listen(check: Any, gig: Gig, scenes: Sequence[Scene]) -> None:
    """Open sources, ask for displays and controllers, try the ports."""
    from vj import devices
    from vj.studio import soundcheck_machine as machine

    _tell("opening sources, displays, controllers and ports")
    with ThreadPoolExecutor() as others:
        asked = others.submit(_displays)
        check.machine["sources"], found = machine.check_sources(gig, scenes)
        displays = asked.result()
    check.findings += found
    try:
        inputs: Sequence[str] | str = [one.name for one in devices.midi()]
    except Exception as error:  # a missing driver is a finding, not the end of the check
        inputs = str(error).splitlines()[0].partition(";")[0]
    check.machine["midi"] = [inputs] if isinstance(inputs, str) else list(inputs)
    check.machine["displays"] = displays
    wanted = [gig.rig.display, *(output.display for output in gig.rig.outputs)]
    check.findings += machine.check_displays(gig, displays, list(dict.fromkeys(wanted)))
    check.findings += [*machine.check_midi(gig, scenes, inputs), *machine.check_ports(gig)]


def _displays() -> list[str]:
    """Ask another process, so that this one never holds a window system."""
    ask = "import json, vj.devices as d; print(json.dumps(d.display_names()))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    return list(json.loads(done.stdout)) if done.returncode == 0 else []


def _play(check: Any, gig: Gig, names: Sequence[str], arguments: argparse.Namespace) -> None:
    """Play every scene that could be read and take its figures and picture."""
    from vj.rehearsal import rehearse
    from vj.studio.soundcheck import broken, warning

    if not names:
        return
    _tell(f"starting the show without a window, for {len(names)} scenes")
    number = {name: f"{at} of {len(names)}" for at, name in enumerate(names, 1)}
    played = rehearse(
        gig,
        names,
        arguments.seconds,
        said=lambda name: _tell(f"playing {number[name]}: {name}"),
        brief=True,
    )
    if not played:
        check.findings.append(broken("the stage showed nothing; try: vj show --headless"))
    lines = {line.name: line for line in check.lines}
    for one in played:
        line, place = lines[one.scene], gig.scene_files[one.scene]
        line.painted, line.drawn, line.ready_s = one.painted, one.drawn, one.ready_s
        line.share = one.share
        line.flashes, line.picture = one.flashes, one.picture
        check.device = one.device or check.device
        check.findings += [broken(f"{place}: {problem}") for problem in one.problems]
        line.broken |= bool(one.problems)
        if one.flashes:
            so = "it is softened" if gig.rig.flash_limit else "and flash_limit is off in rig.yaml"
            check.findings.append(warning(f"{place}: flashes more than three times a second; {so}"))
        for what, rate, least, key in (
            ("painted", one.painted, _LEAST_PAINTED, "size"),
            ("drawn", one.drawn, _LEAST_DRAWN, "output"),
        ):
            if 0 < rate < least:
                slow = f"{rate:g} {what} pictures a second; a smaller {key} in rig.yaml helps"
                check.findings.append(warning(f"{place}: {slow}"))


def _write_page(path: Path, check: Any) -> None:
    from vj.stage.keys import HELP as keys
    from vj.studio.soundcheck_page import page

    try:
        path.write_text(page(check, keys, time.time()), encoding="utf-8")
    except OSError as error:
        raise UserError(f"--page {path}: cannot be written ({error.strerror})") from error


def _report(check: Any) -> str:
    lines = [f"{check.gig}: " + ", ".join(f"{n} {what}" for what, n in check.counts.items())]
    for kind, words in check.machine.items():
        lines += [f"  {kind + ':':10} {word}" for word in words or ["none"]]
    played = any(line.painted is not None for line in check.lines)
    on = f" on {check.device}" if check.device else ""
    lines += [
        "",
        f"set list{on}" + (":  painted/s, at width  drawn/s  ready after" if played else ":"),
    ]
    for line in check.lines:
        rates = ""
        if line.painted is not None:
            at = f" at {100 * line.share:2.0f} %" if line.share < 1 else " " * 8
            rates = f"{line.painted:8.1f}{at} {line.drawn or 0:7.1f} {line.ready_s:7.1f} s"
        elif played:
            rates = " " * 34
        marks = " broken" * line.broken + " flashes" * line.flashes
        lines.append(f"  {line.number:2} {line.name:24} {line.model:14}{rates}{marks}".rstrip())
    for level, title in (("broken", "broken"), ("warning", "look at")):
        sentences = check.said(level)
        lines += ["", f"{title}:"] * bool(sentences) + [f"  {sentence}" for sentence in sentences]
    bad, notes = len(check.said("broken")), len(check.said("warning"))
    verdict = "all fine" if not bad + notes else f"{bad} broken, {notes} to look at"
    return "\n".join([*lines, "", f"{'playable' if check.playable else 'not playable'}: {verdict}"])


def _tell(line: str) -> None:
    print(f"... {line}", file=sys.stderr, flush=True)
