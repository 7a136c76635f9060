"""The catalogue that ships: every entry can be understood, fetched over https and imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.catalogue import find_entry, read_catalogue
from vj.core.errors import UserError
from vj.infer.download import sha256_of
from vj.infer.import_weights import import_weights

CATALOGUE = read_catalogue()


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_entry_is_complete(name: str, tmp_path: Path) -> None:
    entry = CATALOGUE[name]
    assert entry.title and entry.licence and entry.page.startswith("https://")
    names = [part.file for part in entry.parts]
    assert len(set(names)) == len(names) and all(names)
    for part in entry.parts:
        assert all(url.startswith("https://") for url in part.urls)
        assert "{}" not in part.url and (part.sha256 == "" or len(part.sha256) in (8, 64))
    known = sum(part.size for part in entry.parts)
    assert known <= 1.1 * entry.megabytes * 1e6 + 1e5
    assert entry.files or "vj models import" in entry.note
    missing = [tmp_path / "missing"]
    with pytest.raises(UserError, match="missing"):  # the word is known, only the file is not there
        import_weights(missing, "x", entry.word, tmp_path)


def test_it_says_of_the_real_files_what_they_are(shared_data: Path) -> None:
    there = {sha256_of(path): path for path in (shared_data / "weights").rglob("*.*")}
    parts = [part for entry in CATALOGUE.values() for part in entry.parts]
    found = [(there[part.sha256], part) for part in parts if part.sha256 in there]
    assert len({path for path, _ in found}) >= 20
    assert all(path.stat().st_size == part.size for path, part in found)


def test_a_wrong_name_and_one_without_files_are_said() -> None:
    with pytest.raises(UserError, match="Did you mean 'microast'"):
        find_entry("micorast", CATALOGUE)
    with pytest.raises(UserError, match=r"vj models import gart_canny_256\.json"):
        find_entry("gart-canny", CATALOGUE)


@pytest.mark.parametrize(
    "line, reason",
    [
        ("url: ftp://x.org/a", "url"),
        ("url: https://x.org/a\n        sha256: abc", "sha256"),
        ("url: https://x.org/a\n        name: ../../a", "name"),
    ],
)
def test_a_mistake_in_a_catalogue_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(
        "entries:\n  a:\n    title: t\n    word: w\n    licence: l\n    page: p\n"
        f"    megabytes: 1\n    files:\n      - {line}\n"
    )
    with pytest.raises(UserError, match=rf"catalogue\.yaml:\d+: entries\.a\.files\.0\.{reason}"):
        read_catalogue(path)
