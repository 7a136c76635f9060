"""Whole checkpoints from a real server on this machine: fetched, checked, imported, ready."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.infer.weblib import Shelf, serve
from vj.core.card import read_card
from vj.core.catalogue import Entry, Part
from vj.core.errors import UserError
from vj.infer.load import load_model
from vj.infer.models.fast_style import TransformerNet
from vj.infer.pull import pull


@pytest.fixture(scope="module")
def weights() -> bytes:
    """A narrow TransformerNet as torch saves one."""
    torch.manual_seed(0)
    file = io.BytesIO()
    torch.save(TransformerNet((2, 4, 4)).state_dict(), file)
    return file.getvalue()


@pytest.fixture
def shelf(weights: bytes) -> Iterator[Shelf]:
    with serve(Shelf({"/candy.pth": weights})) as running:
        yield running


def entry(shelf: Shelf, *paths: str, word: str = "fast_style", kind: str = "model") -> Entry:
    parts = []
    for path in paths:
        data = shelf.files[path]
        sha256 = hashlib.sha256(data).hexdigest()
        parts.append(Part(url=f"{shelf.url}{path}", size=len(data), sha256=sha256))
    return _entry(parts, word, kind)


def _entry(parts: list[Part], word: str = "fast_style", kind: str = "model") -> Entry:
    return Entry(
        title="Candy", kind=kind, word=word, licence="MIT", page="https://example.org/candy",
        megabytes=0.1, files=parts,
    )  # fmt: skip


def get(entry: Entry, folder: Path, card: str = "candy", trust: bool = False) -> Path:
    return pull("candy", entry, folder, card, trust, lambda name, sofar: None)


def test_it_ends_with_a_card_that_is_ready(shelf: Shelf, weights: bytes, tmp_path: Path) -> None:
    said = []
    path = pull(
        "candy", entry(shelf, "/candy.pth"), tmp_path / "checkpoints", "sweet", False,
        lambda name, sofar: said.append((name, sofar.done)),
    )  # fmt: skip
    card = read_card(path)
    assert (card.name, card.title, card.licence) == ("sweet", "Candy", "MIT")
    assert card.url == "https://example.org/candy"
    sha256 = hashlib.sha256(weights).hexdigest()
    assert card.training == {"imported_from": {"candy.pth": sha256}}
    load_model(card, "cpu")
    assert said[-1] == ("candy.pth", len(weights))
    names = sorted(p.name for p in path.parent.iterdir())
    assert names == ["sweet.safetensors", "sweet.yaml"]
    with pytest.raises(UserError, match=r"sweet\.yaml: is there already; --name"):
        get(entry(shelf, "/candy.pth"), path.parent, "sweet")


def test_a_wrong_file_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    part = entry(shelf, "/candy.pth").files[0].model_copy(update={"sha256": "1" * 64})
    with pytest.raises(UserError, match="nothing of it was kept"):
        get(_entry([part]), tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_stranger_needs_trust_and_is_written_down(shelf: Shelf, tmp_path: Path) -> None:
    unknown = _entry([Part(url=f"{shelf.url}/candy.pth")])
    with pytest.raises(UserError, match=r"candy: nobody has written down .* candy\.pth; --trust"):
        get(unknown, tmp_path)
    assert not shelf.asked
    card = read_card(get(unknown, tmp_path, trust=True))
    sha256 = hashlib.sha256(shelf.files["/candy.pth"]).hexdigest()
    assert card.training["imported_from"] == {"candy.pth": sha256}


def test_what_is_there_is_not_fetched_again(shelf: Shelf, tmp_path: Path) -> None:
    """The second file is gone; when it is back, the first is still here."""
    shelf.files["/more.pth"] = shelf.files["/candy.pth"]
    both = entry(shelf, "/candy.pth", "/more.pth")
    shelf.ways["/more.pth"] = ["404"]
    with pytest.raises(UserError, match="404"):
        get(both, tmp_path)
    shelf.ways.clear()
    shelf.asked.clear()
    get(both, tmp_path)
    assert [path for path, _ in shelf.asked] == ["/more.pth"]


def test_files_that_do_not_fit_are_said_and_no_card_is_left(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["/candy.pth"] = b"not what it was"
    with pytest.raises(UserError, match="safe to read"):
        get(entry(shelf, "/candy.pth"), tmp_path)
    assert not list(tmp_path.glob("candy*"))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_one_file_of_an_archive_is_taken(
    shelf: Shelf, weights: bytes, tmp_path: Path, kind: str
) -> None:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("saved/candy.pth", weights)
            archive.writestr("saved/../../escape.pth", b"")
    else:
        with tarfile.open(fileobj=file, mode="w:gz") as tape:
            info = tarfile.TarInfo("saved/candy.pth")
            info.size = len(weights)
            tape.addfile(info, io.BytesIO(weights))
    shelf.files["/all"] = file.getvalue()
    part = entry(shelf, "/all").files[0]
    with pytest.raises(UserError, match=r"all: holds no \*udnie\.pth"):
        get(_entry([part.model_copy(update={"member": "*udnie.pth"})]), tmp_path)
    made = get(_entry([part.model_copy(update={"member": "*candy.pth"})]), tmp_path)
    assert read_card(made).model == "fast_style"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["candy.safetensors", "candy.yaml"]
    shelf.files["/all"] = b"neither of them"
    part = entry(shelf, "/all").files[0].model_copy(update={"member": "*"})
    with pytest.raises(UserError, match="no archive"):
        get(_entry([part]), tmp_path, "other")


def test_what_nobody_vouched_for_is_not_kept_when_it_does_not_fit(
    shelf: Shelf, weights: bytes, tmp_path: Path
) -> None:
    """Else the same command would find it again and again, and never ask the server."""
    shelf.files["/candy.pth"] = b"Sorry, over quota"
    stranger = _entry([Part(url=f"{shelf.url}/candy.pth")])
    with pytest.raises(UserError, match="safe to read"):
        get(stranger, tmp_path, trust=True)
    shelf.files["/candy.pth"] = weights
    assert read_card(get(stranger, tmp_path, trust=True)).model == "fast_style"


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_damaged_archive_leaves_nothing_of_it(
    shelf: Shelf, weights: bytes, tmp_path: Path, kind: str
) -> None:
    shelf.files["/all"] = gzip.compress(weights)[:-100]
    if kind == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("candy.pth", weights)
        data = bytearray(file.getvalue())
        data[60:80] = b"\xff" * 20
        shelf.files["/all"] = bytes(data)
    part = Part(url=f"{shelf.url}/all", member="*")
    with pytest.raises(UserError, match=r"all: no archive, or a damaged one \([^\n]*\)$"):
        get(_entry([part]), tmp_path, trust=True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_full_disk_is_said_and_what_came_is_kept(
    shelf: Shelf, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("candy.pth", weights)
    shelf.files["/all"] = file.getvalue()
    packed = _entry([Part(url=f"{shelf.url}/all", member="*")])
    for name in ("shutil.copyfileobj", "safetensors.torch.save_file"):
        with monkeypatch.context() as patch:
            patch.setattr(name, full)
            with pytest.raises(UserError, match=r"cannot be written \(No space left"):
                get(packed, tmp_path, trust=True)
        assert [path.name for path in tmp_path.iterdir()] == [".pull"]
    get(packed, tmp_path, trust=True)
    assert len(shelf.asked) == 1


def test_a_place_that_takes_nothing_is_said(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("no folder")
    with pytest.raises(UserError, match="this folder cannot be made"):
        get(entry(shelf, "/candy.pth"), tmp_path / "checkpoints")
    assert not shelf.asked


def test_a_manifest_and_its_numbered_files_are_one_model(shelf: Shelf, tmp_path: Path) -> None:
    """As ml5 keeps fast-style-transfer: Variable, Variable_1 ... and a manifest."""
    widths = [(9, 3, 4), (3, 4, 8), *[(3, 8, 8)] * 12, (3, 4, 8), (9, 4, 3)]
    manifest: dict[str, object] = {}
    for layer, (size, inputs, outputs) in enumerate(widths):
        channels = inputs if layer in (13, 14) else outputs
        for part, shape in enumerate(((size, size, inputs, outputs), (channels,), (channels,))):
            number = 3 * layer + part
            name = f"Variable_{number}" if number else "Variable"
            manifest[name] = {"filename": name, "shape": list(shape)}
            shelf.files[f"/n/{name}"] = np.zeros(shape, "<f4").tobytes()
    shelf.files["/n/manifest.json"] = json.dumps(manifest).encode()
    parts = [
        Part(url=f"{shelf.url}/n/manifest.json"),
        Part(url=f"{shelf.url}/n/Variable"),
        Part(url=f"{shelf.url}/n/Variable_{{}}", count=47, name="Variable_{}"),
    ]
    card = read_card(get(_entry(parts), tmp_path, trust=True))
    assert len(card.training["imported_from"]) == 49  # type: ignore[arg-type]
    assert len(shelf.asked) == 49


def test_a_server_that_is_asked_first_where_the_file_is(shelf: Shelf, tmp_path: Path) -> None:
    """As Yandex Disk does."""
    shelf.files["/where"] = json.dumps({"href": f"{shelf.url}/candy.pth"}).encode()
    part = Part(url=f"{shelf.url}/where", name="candy.pth", asks=True)
    assert read_card(get(_entry([part]), tmp_path, trust=True)).model == "fast_style"
    shelf.files["/where"] = b'{"error": "DiskNotFoundError"}'
    with pytest.raises(UserError, match="does not say where the file is"):
        get(_entry([part]), tmp_path, "other", trust=True)


@pytest.mark.parametrize(
    "name, word, kind",
    [
        ("selfie_segmentation/selfiesegmentation_mlkit-256x256-2021_01_19-v1215.f16.tflite",
         "selfie", "matte"),
        ("sinet/ExtremeC3.pth", "extremec3", "matte"),
        ("yunet/yunet_n_dynamic.onnx", "faces", "faces"),
    ],
)  # fmt: skip
def test_what_finds_people_and_faces_comes_too(
    shelf: Shelf, shared_data: Path, tmp_path: Path, name: str, word: str, kind: str
) -> None:
    path = shared_data / "weights" / name
    shelf.files[f"/{path.name}"] = path.read_bytes()
    card = read_card(get(entry(shelf, f"/{path.name}", word=word, kind=kind), tmp_path))
    assert card.model == word and card.weights_bytes()
