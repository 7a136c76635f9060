"""Faces are found where they are, and stay the same faces while they move, hide and return."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.core.card import read_card, write_card
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig
from vj.core.types import FACES, Frame, Pixels
from vj.infer import faces as module
from vj.infer.faces import Detector, FaceFinder, Followed
from vj.infer.import_weights import import_weights

STEP = 1 / 30


def _box(x: float, y: float = 0.5, half: float = 0.05) -> list[float]:
    return [x, y, half, half * 1.3]


def _boxes(*boxes: list[float]) -> np.ndarray:
    return np.array(boxes, np.float32).reshape(-1, 4)


def test_the_file_is_known_for_a_face_detector(weights: Path, tmp_path: Path) -> None:
    """Without --as faces it became a painter of grey stripes."""
    for name, word in (("guessed", None), ("named", "yunet"), ("told", "faces")):
        assert read_card(import_weights([weights], name, word, tmp_path)).model == "faces"


def test_a_face_comes_in_softly_and_keeps_its_row() -> None:
    followed = Followed()
    left, right = _box(0.2), _box(0.8)
    presences = []
    for n in range(12):
        pair = _boxes(left, right) if n % 2 else _boxes(right, left)
        faces = followed.step(n * STEP, pair)
        presences.append(faces[0, 4])
        assert faces[0, 0] == pytest.approx(0.8, abs=1e-3)
        assert faces[1, 0] == pytest.approx(0.2, abs=1e-3)
    assert presences[0] == 0.0 and 0.0 < presences[2] < 1.0 and presences[-1] == 1.0
    assert not faces[2:].any()


def test_a_face_that_hides_for_a_moment_is_waited_for_and_then_let_go() -> None:
    followed = Followed()
    for n in range(30):
        followed.step(n * STEP, _boxes(_box(0.5)))
    shown = [followed.step((30 + n) * STEP, _boxes())[0, 4] for n in range(40)]
    assert shown[12] == 1.0, "0.4 s unseen: a hand in front of a face must not make it flicker"
    assert 0.0 < shown[20] < 1.0
    assert shown[-1] == 0.0


def test_between_detections_a_face_goes_on_as_it_went() -> None:
    """Only every third picture is searched; a region that stops in between would jerk."""
    followed = Followed()
    worst = 0.0
    for n in range(90):
        x = 0.1 + 0.25 * n * STEP
        found = _boxes(_box(x)) if n % 3 == 0 else None
        faces = followed.step(n * STEP, found)
        if n > 20:
            worst = max(worst, abs(float(faces[0, 0]) - x))
    assert worst < 0.006


def test_a_trembling_detector_gives_a_calm_face() -> None:
    followed, rng = Followed(), np.random.default_rng(1)
    noisy, calm = [], []
    for n in range(120):
        box = _boxes(_box(0.5)) + rng.normal(0, 0.003, (1, 4)).astype(np.float32)
        noisy.append(box[0])
        calm.append(followed.step(n * STEP, box)[0, :4])
    jumps = [np.abs(np.diff(np.array(series[20:]), axis=0)).mean(0) for series in (noisy, calm)]
    assert (jumps[1] < 0.75 * jumps[0]).all()


def test_faces_that_cross_stay_themselves() -> None:
    followed = Followed()
    for n in range(60):
        at = n / 59
        pair = _boxes(_box(0.2 + 0.6 * at, 0.4), _box(0.8 - 0.6 * at, 0.6))
        faces = followed.step(n * STEP, pair)
    assert faces[0, 0] == pytest.approx(0.8, abs=0.02)
    assert faces[1, 0] == pytest.approx(0.2, abs=0.02)


def test_a_crowd_gives_eight_and_a_jump_in_time_none() -> None:
    followed = Followed()
    crowd = _boxes(*(_box(0.05 + 0.09 * n, 0.5, 0.02) for n in range(11)))
    for n in range(20):
        faces = followed.step(n * STEP, crowd)
    assert (faces[:, 4] == 1.0).all() and faces.shape == (FACES, 5)
    assert not followed.step(100.0, None).any()


NOBODY = np.zeros((36, 64), np.uint8)
PERSON = cv2.ellipse(NOBODY.copy(), (45, 12), (5, 6), 0, 0, 360, 255, -1)
PERSON = np.asarray(cv2.rectangle(PERSON, (36, 20), (54, 35), 255, -1), np.uint8)


@pytest.fixture(scope="module")
def weights(shared_data: Path) -> Path:
    return shared_data / "weights" / "yunet" / "yunet_n_dynamic.onnx"


def _film(path: Path, width: int = 640) -> list[Pixels]:
    capture, pictures = cv2.VideoCapture(str(path)), []
    while len(pictures) < 30:
        ok, bgr = capture.read()
        if not ok:
            break
        size = (width, round(bgr.shape[0] * width / bgr.shape[1]))
        pictures.append(np.asarray(cv2.cvtColor(cv2.resize(bgr, size), cv2.COLOR_BGR2RGBA)))
    return pictures


def _gig(folder: Path, weights: Path | None) -> Gig:
    (folder / "checkpoints").mkdir(exist_ok=True)
    if weights:
        shutil.copy(weights, folder / "checkpoints" / "yunet.onnx")
        sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
        facts = {"model": "faces", "weights": "yunet.onnx", "sha256": sha256}
        write_card(folder / "checkpoints" / "yunet.yaml", facts)
    return Gig(folder, Rig())


def test_it_finds_the_face_of_a_person_at_a_webcam(
    tmp_path: Path, shared_data: Path, weights: Path
) -> None:
    finder = FaceFinder(_gig(tmp_path, weights))
    film = _film(shared_data / "videos" / "asl_book.mkv")
    rows = [finder.find(Frame(p, n, n * 33_000_000), NOBODY) for n, p in enumerate(film)]
    assert finder.problem == ""
    settled = np.array([faces[0] for faces in rows[10:]])
    assert (settled[:, 4] == 1.0).all()
    assert np.abs(settled[:, :2] - (0.472, 0.282)).max() < 0.03
    assert (settled[:, 2] > 0.03).all() and (settled[:, 2] < 0.06).all()
    assert np.abs(np.diff(settled[:, :4], axis=0)).max() < 0.01, "it jumps"
    assert not any(faces[1:].any() for faces in rows)


@pytest.mark.parametrize("size", [(1080, 1920), (360, 640), (61, 47), (8, 8)])
def test_pictures_of_any_size_are_searched(weights: Path, size: tuple[int, int]) -> None:
    detector = Detector(weights.read_bytes())
    for height, width in (size, size[::-1]):
        assert detector.detect(np.full((height, width, 4), 90, np.uint8)).shape == (0, 4)


def test_without_a_detector_heads_do_and_it_looks_again(
    tmp_path: Path,
    weights: Path,
    shared_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "STARTER", tmp_path / "nothing")
    finder = FaceFinder(_gig(tmp_path, None))
    picture = _film(shared_data / "videos" / "asl_book.mkv")[0]
    with caplog.at_level("INFO"):
        for n in range(10):
            faces = finder.find(Frame(picture, n, n * 33_000_000), PERSON)
    assert faces[0, 4] == 1.0 and abs(faces[0, 0] - 0.7) < 0.02
    assert finder.problem == "", "a show without it is not broken"
    assert caplog.text.count("vj models pull yunet") == 1
    _gig(tmp_path, weights)
    for n in range(10):
        faces = finder.find(Frame(picture, 30 + n, 6_000_000_000 + n * 33_000_000), PERSON)
    assert faces[0, 4] == 1.0 and abs(faces[0, 0] - 0.47) < 0.03, "the face itself"


def test_a_file_that_is_no_detector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no YuNet face detector"):
        Detector(b"nothing")
    gig = _gig(tmp_path, None)
    facts = {"model": "faces", "weights": "yunet.onnx", "sha256": "0" * 64}
    write_card(tmp_path / "checkpoints" / "yunet.yaml", facts)
    (tmp_path / "checkpoints" / "yunet.onnx").write_bytes(b"nothing")
    finder = FaceFinder(gig)
    assert not finder.find(Frame(np.zeros((40, 60, 4), np.uint8), 1, 0), NOBODY).any()
    assert "damaged" in finder.problem
    finder.rest()
    assert finder.problem == ""
