"""A headless Chromium driven over its own debugging socket: open, tap, drag, ask, take a picture.

Used by the remote's tests; skipped where no Chromium is installed.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--mute-audio", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0"),
)


class Page:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; events in between are dropped."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        while True:
            found = json.loads((await self._socket.receive(timeout=20)).data)
            if found.get("id") == self._number:
                assert "error" not in found, found
                return dict(found["result"])

    async def open(self, url: str) -> None:
        """Go to an address and wait until the page is loaded."""
        await self.call("Page.enable")
        self._number += 1
        params = {"url": url}
        await self._socket.send_json(
            {"id": self._number, "method": "Page.navigate", "params": params}
        )
        while True:
            found = json.loads((await self._socket.receive(timeout=20)).data)
            assert "errorText" not in found.get("result", {}), found
            if found.get("method") == "Page.loadEventFired":
                return

    async def ask(self, script: str) -> Any:
        """Return the value of a JavaScript expression."""
        found = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str, seconds: float = 10.0) -> Any:
        """Ask again and again until the answer is true."""
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            found = await self.ask(script)
            if found:
                return found
            await asyncio.sleep(0.03)
        raise AssertionError(f"never true in the page: {script}")

    async def middle(self, selector: str) -> tuple[float, float, float]:
        """Return x and y of an element's middle and its width, scrolled into view."""
        script = f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2, r.width]; }})()"""
        x, y, width = await self.ask(script)
        return x, y, width

    async def mouse(self, kind: str, x: float, y: float) -> None:
        """Send one mouse event: mousePressed, mouseMoved or mouseReleased."""
        await self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=1,
            clickCount=1,
        )

    async def click(self, selector: str) -> None:
        """Press and release in the middle of an element."""
        x, y, _ = await self.middle(selector)
        await self.mouse("mousePressed", x, y)
        await self.mouse("mouseReleased", x, y)

    async def drag(self, selector: str, part: float, steps: int = 8) -> None:
        """Drag from an element's middle sideways by a part of its width."""
        x, y, width = await self.middle(selector)
        await self.mouse("mousePressed", x, y)
        for step in range(1, steps + 1):
            await self.mouse("mouseMoved", x + width * part * step / steps, y)
        await self.mouse("mouseReleased", x + width * part, y)

    async def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """Send one touch event: touchStart, touchMove or touchEnd, with all fingers down."""
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await self.call("Input.dispatchTouchEvent", type=kind, touchPoints=fingers)

    async def size(self, width: int, height: int, mobile: bool) -> None:
        """Become a window or a phone of that many CSS pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )

    async def picture(self, path: Path, whole: bool = False) -> None:
        """Write a PNG of the window, or of the whole page."""
        found = await self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))


@asynccontextmanager
async def open_page(url: str, profile: Path, *flags: str) -> AsyncIterator[Page]:
    """Start Chromium with a fresh profile folder, open `url`, end it afterwards."""
    browser = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_FLAGS,
        *flags,
        f"--user-data-dir={profile}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | {"HOME": str(profile)},
    )
    try:
        assert browser.stderr is not None
        line = b""
        while b"DevTools listening on" not in line:
            line = await asyncio.wait_for(browser.stderr.readline(), 20)
            assert line, "Chromium ended at once"
        port = line.decode().split("//")[1].split("/")[0].rsplit(":", 1)[1]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                tabs = await answer.json(content_type=None)
            target = next(tab for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                await page.open(url)
                yield page
    finally:
        if browser.returncode is None:
            browser.kill()
        await browser.wait()
