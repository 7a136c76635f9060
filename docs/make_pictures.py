"""Makes the pictures of the README: plays each starter scene and keeps one frame.

Run as `python docs/make_pictures.py [SCENE ...]`; needs no display.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import av
import cv2

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SECONDS = 15  # at 14 one of them changes its tiles


def picture_of(scene: str) -> None:
    """Play a scene with the dancer and write its last frame as JPEG."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "scene.mp4"
        command = [sys.executable, "-m", "vj", "show", scene, "--source", "dancer"]
        command += ["--headless", "--seconds", str(SECONDS), "--record", str(film)]
        subprocess.run(command, check=True, cwd=ROOT)
        with av.open(str(film)) as file:
            frames = list(file.decode(video=0))
    picture = frames[-1].to_ndarray(format="bgr24")
    cv2.imwrite(str(PICTURES / f"{scene}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])


def main() -> None:
    """Make the pictures of the scenes named, or of all."""
    PICTURES.mkdir(exist_ok=True)
    for scene in sys.argv[1:] or sorted(path.stem for path in (ROOT / "scenes").glob("*.yaml")):
        picture_of(scene)


if __name__ == "__main__":
    main()
