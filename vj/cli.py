"""The command line: `vj show`, `check`, `devices`, `new`, `models`, `train`, `bench`.

Each command imports what it needs when it runs, so `vj show` starts fast.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from vj import __version__
from vj.core.document import read_document
from vj.core.errors import UserError, unknown
from vj.core.gig import PROGRAM, STARTER, Gig, open_gig
from vj.core.house import Options
from vj.core.scene import Scene


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a user's mistake is one sentence on stderr and exit code 2."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except UserError as error:
        print(f"vj: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vj", description="live neural video for the stage")
    parser.add_argument("--version", action="version", version=f"vj {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_show(commands.add_parser("show", help="open the show"))

    check = commands.add_parser("check", help="read every scene, style, card and say what is wrong")
    check.add_argument("gig", nargs="?", default=".", help="gig folder")
    check.set_defaults(run=_check)

    devices = commands.add_parser("devices", help="list cameras, displays, MIDI ports")
    devices.add_argument("--json", action="store_true")
    devices.set_defaults(run=_devices)

    new = commands.add_parser("new", help="make a gig folder of your own")
    new.add_argument("gig", type=Path)
    new.set_defaults(run=_new)

    _add_models(commands.add_parser("models", help="list and import model weights"))
    _add_train(commands.add_parser("train", help="train weights of your own"))

    bench = commands.add_parser("bench", help="measure this machine")
    bench.add_argument("what", choices=["show", "hands", "models", "mailbox"])
    bench.add_argument("--seconds", type=float, default=20.0)
    bench.add_argument("--scene", default="")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(run=_bench)
    return parser


def _add_show(show: argparse.ArgumentParser) -> None:
    show.add_argument("scene", nargs="?", default="", help="scene name, scene file or gig folder")
    show.add_argument("--source", default="", help="camera, dancer, testcard, a file or an address")
    show.add_argument("--display", default="", help="display by name, see vj devices")
    show.add_argument("--headless", action="store_true", help="no window")
    show.add_argument("--seconds", type=float, default=0.0, help="end by itself")
    show.add_argument("--record", default="", metavar="FILE.mp4")
    show.add_argument("--report", default="", metavar="FILE.json")
    show.add_argument("--lan", action="store_true", help="let tablets on this network in")
    show.set_defaults(run=_show)


def _add_models(models: argparse.ArgumentParser) -> None:
    actions = models.add_subparsers(required=True, metavar="ACTION")
    for name, text in (("list", "all cards"), ("info", "one card")):
        action = actions.add_parser(name, help=text)
        if name == "info":
            action.add_argument("name")
        action.add_argument("--gig", default=".")
        action.add_argument("--json", action="store_true")
        action.set_defaults(run=_models_list if name == "list" else _models_info)
    bring = actions.add_parser("import", help="turn downloaded weights into a card")
    bring.add_argument("files", nargs="+", type=Path)
    bring.add_argument("--name", required=True)
    bring.add_argument("--as", dest="word", default=None, help="model word when it is not obvious")
    bring.add_argument("--gig", default=".")
    bring.set_defaults(run=_models_import)


def _add_train(train: argparse.ArgumentParser) -> None:
    actions = train.add_subparsers(required=True, metavar="MODEL")
    brush = actions.add_parser("brush", help="the any-picture style network")
    brush.add_argument("--photos", nargs="+", type=Path, required=True, metavar="DIR")
    brush.add_argument("--styles", nargs="+", type=Path, required=True, metavar="DIR")
    brush.add_argument("--perceptual", type=Path, required=True, metavar="FILE")
    brush.add_argument("--out", type=Path, required=True, metavar="DIR")
    brush.add_argument("--minutes", type=float, default=None)
    brush.add_argument("--steps", type=int, default=None)
    brush.add_argument("--seed", type=int, default=1)
    brush.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    brush.set_defaults(run=_train_brush)


def source_spec(text: str) -> dict[str, object]:
    """Turn `--source` into a source spec: a word, `camera:NAME`, an address or a path.

    Raises: UserError when it is neither a known word nor an existing file or folder.
    """
    if not text:
        return {}
    words = {path.stem for path in (PROGRAM / "capture" / "sources").glob("*.py")} - {"__init__"}
    word, _, rest = text.partition(":")
    if "://" in text:
        return {"kind": "stream", "url": text}
    if text in words:
        return {"kind": text}
    if word == "camera" and rest:
        return {"kind": "camera", "device": int(rest) if rest.isdigit() else rest}
    path = Path(text).resolve()
    if path.is_dir():
        return {"kind": "folder", "path": str(path)}
    if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".bmp") and path.is_file():
        return {"kind": "image", "path": str(path)}
    if path.is_file():
        return {"kind": "video", "path": str(path)}
    raise unknown("source (no such file either)", text, words, "--source")


def _open(place: str) -> tuple[Gig, str]:
    """Find the gig and the scene name that `vj show PLACE` means."""
    path = Path(place or ".")
    if place and path.is_file() and path.suffix == ".yaml":
        folder = path.resolve().parent
        return open_gig(folder.parent if folder.name == "scenes" else folder), path.stem
    if place and path.is_dir():
        return open_gig(path), ""
    here = Path(".")
    gig = open_gig(here if (here / "scenes").is_dir() else STARTER)
    if place and place not in gig.scene_files:
        raise unknown("scene", place, gig.scene_files, str(gig.folder / "scenes"))
    return gig, place


def _show(arguments: argparse.Namespace) -> int:
    from vj.show import run_show

    logging.basicConfig(level=logging.INFO, format="%(levelname)s vj: %(message)s")
    gig, scene = _open(arguments.scene)
    _check_gig(gig)
    for label, name in (("--record", arguments.record), ("--report", arguments.report)):
        if name and not Path(name).resolve().parent.is_dir():
            raise UserError(f"{label} {name}: its folder does not exist")
    if arguments.seconds < 0:
        raise UserError("--seconds: allowed: 0 (until closed) or more")
    options = Options(
        scene=scene,
        source=_checked_source(arguments.source, gig),
        display=arguments.display,
        headless=arguments.headless,
        seconds=arguments.seconds,
        record=arguments.record and str(Path(arguments.record).resolve()),
        report=arguments.report and str(Path(arguments.report).resolve()),
        lan=arguments.lan,
    )
    code, _ = run_show(gig, options, lambda line: print(line, flush=True))
    return code


def _checked_source(text: str, gig: Gig) -> Mapping[str, object]:
    from vj.capture.spec import check

    spec = source_spec(text)
    if spec:
        check(spec, gig.folder)
    return spec


def _check_gig(gig: Gig) -> list[Scene]:
    """Read every scene, card and source of a gig. Raises: UserError for the first thing wrong."""
    from vj.capture.spec import check

    scenes = gig.check()
    places = [(gig.scene_files[scene.name], scene.source) for scene in scenes if scene.source]
    if (gig.folder / "rig.yaml").is_file():
        places.append((gig.folder / "rig.yaml", gig.rig.source))
    for path, source in places:
        try:
            check(source, gig.folder)
        except UserError as error:
            line = read_document(path).where(("source",)).rpartition(": ")[0]
            raise UserError(f"{line}: {error}") from error
    return scenes


def _check(arguments: argparse.Namespace) -> int:
    gig, _ = _open(arguments.gig if arguments.gig != "." else "")
    scenes = _check_gig(gig)
    print(f"{gig.folder}: {len(scenes)} scenes, {len(gig.style_files)} styles,", end=" ")
    print(f"{len(gig.card_files)} models: all fine")
    return 0


def _devices(arguments: argparse.Namespace) -> int:
    from vj.devices import devices

    found = devices()
    if arguments.json:
        print(json.dumps(found, indent=2))
        return 0
    for kind, entries in found.items():
        print(f"{kind}:")
        for entry in entries or ["none found"]:
            print(f"  {entry}")
    return 0


def _new(arguments: argparse.Namespace) -> int:
    target: Path = arguments.gig
    if target.exists():
        raise UserError(f"{target}: exists already; choose a new name")
    for name in ("scenes", "styles", "checkpoints"):
        (target / name).mkdir(parents=True)
    for path in sorted((STARTER / "scenes").glob("*.yaml")):
        shutil.copy(path, target / "scenes" / path.name)
    if (STARTER / "rig.yaml").is_file():
        shutil.copy(STARTER / "rig.yaml", target / "rig.yaml")
    print(f"{target}: your gig. Put pictures into styles/, edit scenes/, then: vj show {target}")
    return 0


def _models_list(arguments: argparse.Namespace) -> int:
    gig = open_gig(Path(arguments.gig))
    cards = [gig.card(name) for name in gig.card_files]
    if arguments.json:
        print(json.dumps([card.model_dump(mode="json") for card in cards], indent=2))
        return 0
    for card in cards:
        print(f"{card.name:16} {card.model:12} {card.licence:12} {card.title}")
    return 0


def _models_info(arguments: argparse.Namespace) -> int:
    card = open_gig(Path(arguments.gig)).card(arguments.name)
    fields = card.model_dump(mode="json")
    if arguments.json:
        print(json.dumps(fields, indent=2))
    else:
        for key, value in fields.items():
            print(f"{key:12} {value}")
    return 0


def _models_import(arguments: argparse.Namespace) -> int:
    from vj.infer.import_weights import import_weights

    for path in arguments.files:
        if not path.is_file():
            raise UserError(f"{path}: no such file")
    gig = open_gig(Path(arguments.gig))
    folder = gig.folder / "checkpoints"
    card = import_weights(arguments.files, arguments.name, arguments.word, folder)
    print(f"{card}: ready; a scene uses it with  model: {arguments.name}")
    return 0


def _train_brush(arguments: argparse.Namespace) -> int:
    from vj.studio.train_brush import Options as TrainingOptions
    from vj.studio.train_brush import train

    options = TrainingOptions(
        photos=tuple(arguments.photos),
        styles=tuple(arguments.styles),
        perceptual=arguments.perceptual,
        out=arguments.out,
        minutes=arguments.minutes,
        steps=arguments.steps,
        seed=arguments.seed,
        resume=arguments.resume,
        progress=lambda line: print(f"\r{line}", end="", flush=True),
    )
    train(options)
    print()
    return 0


def _bench(arguments: argparse.Namespace) -> int:
    from vj.bench import bench

    gig, scene = _open(arguments.scene)
    figures = bench(arguments.what, gig, arguments.seconds, scene)
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for key, value in figures.items():
            print(f"{key:24} {value}")
    return 0
