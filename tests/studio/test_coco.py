"""Reading COCO's outlines: polygons, run lengths, crowds apart, other things left out."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.core.errors import UserError
from vj.studio.coco import read_coco


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One picture of 8 by 6 pixels with somebody, a crowd and a dog; one that is not there."""
    cv2.imwrite(str(tmp_path / "000007.png"), np.full((6, 8, 3), (10, 20, 200), np.uint8))
    document = {
        "categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "dog"}],
        "images": [{"id": 9, "file_name": "absent.png"}, {"id": 7, "file_name": "000007.png"}],
        "annotations": [
            {
                "image_id": 7,
                "category_id": 1,
                "iscrowd": 0,
                "segmentation": [[0, 0, 3, 0, 3, 2, 0, 2]],
            },
            {
                "image_id": 7,
                "category_id": 1,
                "iscrowd": 1,
                "segmentation": {"size": [6, 8], "counts": [42, 6]},
            },
            {"image_id": 7, "category_id": 2, "iscrowd": 0, "segmentation": [[4, 4, 6, 4, 6, 5]]},
        ],
    }
    (tmp_path / "instances_small.json").write_text(json.dumps(document))
    return tmp_path


def test_people_and_crowds_lie_where_they_were_drawn(folder: Path) -> None:
    (scene,) = read_coco(folder)
    assert scene.name == "000007"
    assert scene.pixels[0, 0].tolist() == [200, 20, 10, 0]
    people, crowd = np.zeros((6, 8), bool), np.zeros((6, 8), bool)
    people[:3, :4], crowd[:, 7] = True, True
    assert np.array_equal(scene.people, people)
    assert np.array_equal(scene.unclear, crowd)


def test_a_folder_without_outlines_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no instances_\*\.json"):
        next(read_coco(tmp_path))


def test_outlines_without_pictures_are_named(folder: Path) -> None:
    (folder / "000007.png").unlink()
    with pytest.raises(UserError, match="none of the pictures"):
        next(read_coco(folder))


def test_the_public_outlines_cover_the_people(shared_data: Path) -> None:
    scenes = {scene.name: scene for scene in read_coco(shared_data / "photos" / "coco128")}
    assert len(scenes) == 128
    assert sum(scene.people.mean() > 0.1 for scene in scenes.values()) > 20
