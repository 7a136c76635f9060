"""A browser plays the real show: a fader changes pixels, a phone's camera is on the stage."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.desk.browser import CHROMIUM, Page, open_page
from tests.e2e.showing import Showing, make_gig

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

# Mean level of the live picture, and how much of it is the green of Chromium's fake camera.
LOOK = """(() => { const c = document.querySelector('#preview canvas');
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    let sum = 0, green = 0, n = d.length / 4;
    for (let i = 0; i < d.length; i += 4) { sum += d[i] + d[i + 1] + d[i + 2];
        if (d[i + 1] > 90 && d[i] < d[i + 1] / 2 && d[i + 2] < d[i + 1] / 2) green += 1; }
    return [sum / n / 3, green / n]; })()"""


async def until_seen(page: Page, low: float, high: float, seconds: float = 60) -> None:
    """Wait until the picture's mean level is between two."""
    await page.until(
        f"(() => {{ const [m] = {LOOK}; return m >= {low} && m <= {high} }})()", seconds
    )


def test_a_fader_on_the_page_changes_the_picture(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    scene = gig / "scenes" / "08_stage_light.yaml"
    scene.write_text(
        "model: passthrough\nchain: [mix, grade]\nknobs: {grade.exposure: {range: [-3, 2]}}\n"
    )

    async def use(url: str) -> None:
        async with asyncio.timeout(240), open_page(url, tmp_path / "chromium") as page:
            await page.size(390, 844, mobile=True)
            await page.until("document.querySelector('#faders .fader') !== null", 60)
            await until_seen(page, 20, 255)
            await page.drag("#faders .fader", -0.7)
            await until_seen(page, 0, 12)

    with Showing(str(scene), "--headless") as show:
        url = show.said(r"remote and preview: (\S+)", 150)[1]
        asyncio.run(use(url))


def test_a_phones_camera_is_on_the_stage_and_the_dancer_when_it_goes(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    scene = gig / "scenes" / "08_stage_light.yaml"
    scene.write_text("model: passthrough\nchain: [mix]\nsource: {kind: phone}\n")
    green = f"{LOOK}[1]"

    async def use(url: str) -> None:
        async with asyncio.timeout(300), open_page(url, tmp_path / "chromium", *FAKE) as page:
            await page.until("document.body.dataset.link === 'open'", 60)
            await page.until("document.querySelector('#preview').classList.contains('on')", 60)
            await page.ask("document.getElementById('film').closest('details').open = true")
            await page.click("#camera-go")
            await page.until(f"{green} > 0.5", 60)
            await page.click("#camera-go")
            await page.until(f"{green} < 0.1", 60)
            await page.until("document.getElementById('rung').textContent.includes('phone')", 30)
            await page.click("#camera-go")
            await page.until(f"{green} > 0.5", 60)

    with Showing(str(scene), "--headless") as show:
        url = show.said(r"remote and preview: (\S+)", 150)[1]
        asyncio.run(use(url))
