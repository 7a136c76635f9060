"""Makes the pictures of the remote page: plays a scene with the dancer, opens it in Chromium.

Run as `python docs/make_remote_pictures.py [FOLDER]`; needs Chromium and no display.
"""

from __future__ import annotations

import asyncio
import shutil
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
SIZES = {"phone": (390, 844, True), "laptop": (1440, 900, False)}
RIG = "osc_port: 0\nfeedback_port: 0\nremote_port: 0\n"
DRAWN = (
    "[...document.querySelectorAll('#scenes canvas, #styles canvas')].every(c => c.dataset.drawn)"
)
WARM = 25.0  # s until the networks paint and the scenes have settled


async def shoot(url: str, folder: Path, profile: Path) -> None:
    """Photograph the page on a phone and on a laptop, and the operator's view."""
    async with open_page(url, profile) as page:
        await page.until("document.body.dataset.link === 'open'", 30)
        await page.size(390, 844, mobile=True)
        await page.click("#tabs [data-tab=looks]")
        await page.click("#pad .square")
        await page.until(DRAWN, 120)
        for name, (width, height, mobile) in SIZES.items():
            await page.size(width, height, mobile)
            tabs = ("play", "looks") if name == "phone" else ("play",)
            for tab in tabs:
                await page.ask(f"document.querySelector('#tabs [data-tab={tab}]').click()")
                await take(page, folder / f"remote-{name}{'' if tab == 'play' else '-' + tab}.jpg")
        await page.open(url.replace("/#", "/operator#") if "#" in url else f"{url}operator")
        await page.until("document.body.dataset.link === 'open'", 30)
        await page.size(1440, 900, mobile=False)
        await page.until(DRAWN, 120)
        await take(page, folder / "remote-operator.jpg")


async def take(page: Page, path: Path) -> None:
    """Wait until pictures and buttons have come, and write what the window shows."""
    await asyncio.sleep(4)
    raw = path.with_suffix(".png")
    await page.picture(raw)
    picture = cv2.imread(str(raw))
    assert picture is not None
    if picture.shape[0] > 1200:  # a phone's screen has more pixels than a page of text needs
        picture = cv2.resize(picture, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
    raw.unlink()


def main() -> None:
    """Start a show, photograph its remote, end it."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else PICTURES
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        gig = Path(place) / "gig"
        shutil.copytree(ROOT / "scenes", gig / "scenes")
        (gig / "rig.yaml").write_text(RIG)
        command = [sys.executable, "-u", "-m", "vj", "show", str(gig / "scenes" / f"{SCENE}.yaml")]
        command += ["--source", "dancer", "--headless"]
        show = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert show.stdout is not None
            url = ""
            for line in show.stdout:
                if "remote and preview: " in line:
                    url = line.split("preview: ")[1].strip()
                    break
            time.sleep(WARM)
            asyncio.run(shoot(url, folder, Path(place) / "chromium"))
        finally:
            show.terminate()
            show.wait(20)


if __name__ == "__main__":
    main()
