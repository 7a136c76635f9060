"""Makes the pictures of the remote page: plays a scene with the dancer, opens it in Chromium.

Run as `python docs/make_remote_pictures.py [FOLDER]`; needs Chromium and no display.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.desk.browser import Page, open_page  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SCENE = "07_tide"
SIZES = {"phone": (390, 844, True), "tablet": (820, 1180, True), "laptop": (1440, 900, False)}
WARM = 25.0  # s until the networks paint and the scenes have settled


async def shoot(url: str, folder: Path, profile: Path) -> None:
    """Photograph the page in every size, the phone's parts one by one, and the operator's view."""
    async with open_page(url, profile) as page:
        await page.until("document.body.dataset.link === 'open'", 30)
        await page.ask("document.querySelector('#pad .square').dispatchEvent(new Event('x'))")
        for name, (width, height, mobile) in SIZES.items():
            await page.size(width, height, mobile)
            tabs = ("play", "looks", "scenes", "setup") if name == "phone" else ("play",)
            for tab in tabs:
                await page.ask(f"document.querySelector('#tabs [data-tab={tab}]').click()")
                await take(page, folder / f"remote-{name}{'' if tab == 'play' else '-' + tab}.jpg")
        await page.open(url.replace("/#", "/operator#") if "#" in url else f"{url}operator")
        await page.until("document.body.dataset.link === 'open'", 30)
        await take(page, folder / "remote-operator.jpg")


async def take(page: Page, path: Path) -> None:
    """Wait until pictures and buttons have come, and write what the window shows."""
    await asyncio.sleep(4)
    raw = path.with_suffix(".png")
    await page.picture(raw)
    cv2.imwrite(str(path), cv2.imread(str(raw)), [cv2.IMWRITE_JPEG_QUALITY, 88])
    raw.unlink()


def main() -> None:
    """Start a show, photograph its remote, end it."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else PICTURES
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-u", "-m", "vj", "show", SCENE, "--source", "dancer", "--headless"]
    with tempfile.TemporaryDirectory() as profile:
        show = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert show.stdout is not None
            url = ""
            for line in show.stdout:
                if "remote and preview: " in line:
                    url = line.split("preview: ")[1].strip()
                    break
            time.sleep(WARM)
            asyncio.run(shoot(url, folder, Path(profile)))
        finally:
            show.terminate()
            show.wait(20)


if __name__ == "__main__":
    main()
