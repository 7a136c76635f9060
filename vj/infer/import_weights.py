"""Public checkpoints turned into our own form: one safetensors file and a card, tried before kept.
Called by `vj models import FILE... --name NAME [--as WORD]`."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vj.core.card import read_card, write_card
from vj.core.errors import Unwritable, UserError, unknown
from vj.infer import (
    import_exported,
    import_feedforward,
    import_finders,
    import_gatys,
    import_vgg,
)
from vj.infer.tensor_files import READERS, read_tensor_file
from vj.infer.tensor_names import Make
from vj.infer.tf_checkpoint import find_checkpoint, read_checkpoint
from vj.infer.torch_file import read_torch_file

log = logging.getLogger(__name__)

UNREADABLE = (SafetensorError, RuntimeError, ValueError, EOFError, OSError)
MANIFESTS = ("model.json", "weights_manifest.json", "manifest.json")
_FROZEN = "a frozen graph or Keras model, which only TensorFlow reads; export it as .onnx"
ELSEWHERE = {
    ".pb": _FROZEN,
    ".h5": _FROZEN,
    ".keras": _FROZEN,
    ".t7": "Lua Torch's; take the .pth that pytorch-AdaIN and others made of it",
    ".mat": "MATLAB's; take torchvision's vgg19-dcbb9e9d.pth instead",
    ".caffemodel": "Caffe's; take the .pth others made of it",
}
MICROAST_PARTS = ("content_encoder", "style_encoder", "modulator", "decoder")


@dataclass(frozen=True)
class Source:
    """One file a user gave: its tensors, and the sha256 of its bytes for the card."""

    path: Path
    tensors: Mapping[str, Tensor]
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """What an importer makes of the files: the tensors to keep and facts for the card.

    `program`: an exported network, kept as it is instead of tensors.
    """

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, object]
    program: Path | None = None


def read_source(path: Path) -> Source:
    """Read named tensors: those of `READERS`, TensorFlow's, .safetensors or a torch pickle's.

    Raises: UserError when the file is missing, holds anything but tensors, or is damaged.
    """
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        checkpoint = find_checkpoint(path)
        if path.suffix in ELSEWHERE:
            raise ValueError(ELSEWHERE[path.suffix])
        if checkpoint:
            arrays = read_checkpoint(checkpoint)
            found: Any = {key: torch.from_numpy(value.copy()) for key, value in arrays.items()}
        elif path.suffix == ".safetensors":
            found = safetensors.torch.load_file(path)
        elif path.suffix in READERS:
            found = read_tensor_file(path)
        else:
            found = read_torch_file(path)
    except UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path}: no file of weights that is safe to read ({reason})") from error
    for wrapper in ("state_dict", "model"):
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
    if not isinstance(found, Mapping) or not all(isinstance(t, Tensor) for t in found.values()):
        raise UserError(f"{path}: holds something else than named tensors")
    tensors = {str(key).removeprefix("module."): tensor for key, tensor in found.items()}
    return Source(path, tensors, sha256)


def _microast(sources: Sequence[Source]) -> Bundle:
    """Join the four official files; the two encoders have the same keys, so their names decide."""
    tensors: dict[str, Tensor] = {}
    for source in sources:
        for key, tensor in source.tensors.items():
            part = key.split(".")[0]
            if part in MICROAST_PARTS:
                tensors[key] = tensor
            else:
                tensors[f"{_microast_part(part, source.path)}.{key}"] = tensor
    missing = [p for p in MICROAST_PARTS if not any(key.startswith(f"{p}.") for key in tensors)]
    if missing:
        raise UserError(
            f"MicroAST needs four files; missing: {', '.join(missing)} "
            "(names as in content_encoder_iter_160000.pth.tar)"
        )
    return Bundle(
        tensors,
        {
            "title": "MicroAST, any picture as style",
            "multiple": 4,
            "licence": "MIT",
            "origin": "Wang et al., AAAI 2023, EndyWon/MicroAST; converted by vj models import",
            "url": "https://github.com/EndyWon/MicroAST",
            "options": {"style_size": 512},
        },
    )


def _microast_part(first: str, path: Path) -> str:
    if first in ("dec1", "dec2", "dec3"):
        return "decoder"
    if first in ("weight1", "bias1", "weight2", "bias2"):
        return "modulator"
    for part in ("content_encoder", "style_encoder"):
        if first in ("enc1", "enc2") and part.split("_")[0] in path.name:
            return part
    raise UserError(f"{path}: cannot tell which part of MicroAST this is (key {first!r})")


def _brush(sources: Sequence[Source]) -> Bundle:
    """Take the file a training wrote, as it is."""
    tensors = {key: tensor for source in sources for key, tensor in source.tensors.items()}
    return Bundle(tensors, {"title": "brush", "multiple": 8})


@dataclass(frozen=True)
class _Format:
    """How files of one model are known by a part of their keys, and what joins them."""

    key: re.Pattern[str]
    bundle: Callable[[Sequence[Source]], Bundle]


def _of_tensors(make: Make) -> Callable[[Sequence[Source]], Bundle]:
    """Let a function that needs only the tensors serve as a format's `bundle`."""
    return lambda sources: Bundle(*make([source.tensors for source in sources]))


_FORMATS: Mapping[str, _Format] = {
    "microast": _Format(re.compile(r"(^|\.)enc1\.10\.conv1\.conv_layer\.weight$"), _microast),
    "brush": _Format(re.compile(r"^painter\.stem\."), _brush),
    **{
        word: _Format(key, _of_tensors(make))
        for word, (key, make) in {
            **import_feedforward.FORMATS,
            **import_finders.FORMATS,
            **import_gatys.FORMATS,
            **import_vgg.FORMATS,
        }.items()
    },
}


def import_weights(
    files: Sequence[Path],
    name: str,
    word: str | None,
    folder: Path,
    more: Mapping[str, object] | None = None,
) -> Path:
    """Write `<folder>/<name>.safetensors` and its card from a user's files; return the card's path.

    word: the file word of the model (or matte, or faces), or None to guess it from the tensors'
    names. more: facts for the card that are better known than the files tell.
    Raises: UserError when the files cannot be read or recognised, do not fit the network, or the
    name is taken or no name; Unwritable when the card cannot be written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise UserError(f"--name {name!r}: letters, digits, - and _ only")
    if not files:
        raise UserError("no file to import")
    word = import_finders.CALLED.get(word or "", word)
    known = [*_FORMATS, *import_finders.WHOLE, "exported"]
    if word is not None and word not in known:
        raise unknown("model to import as", word, known)
    card_path = folder / f"{name}.yaml"
    if card_path.exists():
        raise UserError(f"{card_path}: there is such a model already; choose another --name")
    files, description = import_exported.separate(_gathered(files))
    word = word or import_finders.whole_word(files)
    program = import_exported.program_of(files, word)
    if word in import_finders.WHOLE:
        program = import_finders.whole(files, word)
    if program:
        sha256 = hashlib.sha256(program.read_bytes()).hexdigest()
        sources, word = [Source(program, {}, sha256)], word or "exported"
        facts = {"licence": "unknown", "origin": "network of a file; taken over as it is"}
        bundle = Bundle({}, facts, program)
    else:
        sources = [read_source(path) for path in files]
        word = word or _guess(sources)
        bundle = _FORMATS[word].bundle(sources)
    if description:
        bundle = replace(bundle, facts={**bundle.facts, **description.facts(word)})
    bundle = replace(bundle, facts={**bundle.facts, **(more or {})})
    _keep(bundle, sources, name, word, folder)
    return card_path


def _gathered(paths: Sequence[Path]) -> list[Path]:
    """Find the file that stands for each path: a folder's manifest, a checkpoint's index.

    Raises: UserError when there is none.
    """
    out: list[Path] = []
    for path in paths:
        found = find_checkpoint(path)
        if found is None and path.is_dir():
            found = next((path / name for name in MANIFESTS if (path / name).is_file()), None)
            if found is None:
                raise UserError(f"{path}: a folder without a checkpoint; name the files in it")
        if found is None and not path.is_file():
            raise UserError(f"{path}: no such file")
        if found is None or found not in out:  # its index and data together are one
            out.append(found or path)
    return out


def _guess(sources: Sequence[Source]) -> str:
    keys = [key for source in sources for key in source.tensors]
    for word, form in _FORMATS.items():
        if any(form.key.search(key) for key in keys):
            return word
    raise UserError(
        f"{sources[0].path}: no known network (first tensor: {next(iter(keys), 'none')!r}); "
        f"--as one of: {', '.join(sorted(_FORMATS))}"
    )


def _keep(bundle: Bundle, sources: Sequence[Source], name: str, word: str, folder: Path) -> None:
    """Write both files aside, load the model from them, and only then move them into place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".import-") as aside:
            card = _write(bundle, sources, name, word, Path(aside))
            read = read_card(card)
            import_finders.try_out(read)
            (Path(aside) / read.weights).replace(folder / read.weights)
            card.replace(folder / card.name)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unwritable(f"{folder}: cannot be written ({reason})") from error


def _write(bundle: Bundle, sources: Sequence[Source], name: str, word: str, folder: Path) -> Path:
    """Write weights and card into a folder; return the card's path."""
    suffix = bundle.program.suffix if bundle.program else ".safetensors"
    weights, card = folder / f"{name}{suffix}", folder / f"{name}.yaml"
    if bundle.program:
        shutil.copyfile(bundle.program, weights)
    else:
        tensors = {key: tensor.contiguous() for key, tensor in bundle.tensors.items()}
        safetensors.torch.save_file(tensors, weights)
    facts = {
        "model": word,
        "training": {"imported_from": {s.path.name: s.sha256 for s in sources}},
        **bundle.facts,
        "weights": weights.name,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }
    write_card(card, facts)
    return card
