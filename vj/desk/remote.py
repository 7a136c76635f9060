"""The web remote: its pages, one WebSocket per page, the same events as any other hand.

Made by the desk process; `run` is its thread with its own asyncio loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
from pathlib import Path

import segno
from aiohttp import WSMsgType, web

from vj.core.house import PHONE_BYTES, House
from vj.core.types import Set, Trigger
from vj.desk.budget import Budget
from vj.desk.complaints import Complaints
from vj.desk.crowd import PATIENCE_S
from vj.desk.door import Door, bind, ports_from
from vj.desk.holds import back_in, is_hold
from vj.desk.midi import MidiHand
from vj.desk.mirror import Mirror
from vj.desk.remote_camera import PhoneCamera
from vj.desk.remote_client import Client
from vj.desk.remote_gate import (
    MESSAGE_LIMIT,
    Monitor,
    Preview,
    origin_allowed,
    read_message,
    read_object,
)
from vj.desk.remote_places import FULL, SHUT, Places
from vj.desk.remote_token import May, Token
from vj.desk.scene_pictures import ScenePictures
from vj.desk.sender import Sender
from vj.desk.thumbnails import Thumbnails
from vj.desk.tls import server_context

log = logging.getLogger(__name__)

PAGE = Path(__file__).resolve().parent / "page"
_FILES = {f"/{path.name}": path for path in PAGE.glob("*.*")} | {
    "/": PAGE / "index.html",
    "/operator": PAGE / "operator.html",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PICTURE_HEADERS = _HEADERS | {"Cache-Control": "private, max-age=600"}
_MESSAGES_PER_S = 240.0  # six values that move together, 40 times a second
_RETRY_S = 5.0


def addresses_here() -> list[str]:
    """Return this machine's addresses on the network, the one towards the others first."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # no packet is sent; this only asks for a route
        found.append(str(probe.getsockname()[0]))
    return found


class Remote:
    """Serves the pages on the rig's port or the next free one; loopback only without `--lan`.

    `midi`: whose faders and learning the pages show, if there are any.
    """

    def __init__(
        self, house: House, mirror: Mirror, sender: Sender, midi: MidiHand | None = None
    ) -> None:
        self._house, self._mirror, self._sender, self._midi = house, mirror, sender, midi
        self._lan = house.options.lan
        left = house.status["desk"].read()  # by the desk before this one
        self._token = Token(self._lan, left[1].get("remote") if left else None)
        here = addresses_here() if self._lan else []
        self._names = frozenset(name.lower() for name in here)
        self._host = here[0] if here else "127.0.0.1"
        self._places = Places(shared=self._lan)
        self._numbers, self._locking = 0, False
        self._door = Door(self._names)
        self._camera = PhoneCamera(house.phone)
        self._thumbnails = Thumbnails()
        self._scenes = ScenePictures(house.gig, mirror, house.screen)
        self._complaints = Complaints(log)
        self.url = self.look_url = self.error = self.fingerprint = ""
        self.code: list[str] = []

    def status(self) -> dict[str, object]:
        """What the show and the report are told: the address to open and how many pages are."""
        return {
            "url": self.url,
            "look_url": self.look_url,
            "clients": self._places.pages,
            "camera": self._camera.number,
            "fingerprint": self.fingerprint,
            "qr": self.code,
        }

    def asks(self, trigger: Trigger) -> bool:
        """Take a trigger that is the remote's own; False for any other. From any thread."""
        if trigger.action != "remote.lock":
            return False
        self._locking = True
        return True

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop`; started again after any failure."""
        while not stop.is_set():
            try:
                asyncio.run(self._serve(stop))
            except Exception as error:  # a loop top: the other hands do not depend on the page
                self.error = f"remote: {error}"
                self._complaints.tell("remote", error)
                stop.wait(_RETRY_S)

    async def _serve(self, stop: threading.Event) -> None:
        self._door = Door(self._names)
        app = web.Application(middlewares=[self._door.guard], client_max_size=MESSAGE_LIMIT)
        for path in _FILES:
            app.router.add_get(path, self._file)
        app.router.add_get("/style/{name}", self._style)
        app.router.add_get("/scene/{name}", self._scene)
        app.router.add_get("/ws", self._socket)
        app.router.add_get("/camera", self._phone)
        host, port = "0.0.0.0" if self._lan else "127.0.0.1", self._house.gig.rig.remote_port
        secure = None
        if self._house.options.tls:
            secure, self.fingerprint = server_context([self._host, *self._names])
        found = bind(host, ports_from(port))
        self.error = ""
        home = f"{'https' if secure else 'http'}://{self._host}:{found.getsockname()[1]}/"
        self._tell_addresses(home)
        tasks = [self._look_after_pictures(), self._look_after_lock(home)]
        running = [asyncio.create_task(task) for task in tasks]
        try:
            await self._door.serve(app, found, stop, secure)
        finally:
            for task in running:
                task.cancel()

    def _tell_addresses(self, home: str) -> None:
        self.url = f"{home}#{self._token.play}" if self._lan else home
        if self._lan:
            self.look_url = f"{home}#{self._token.look}"
            self.code = ["".join(map(str, row)) for row in segno.make(self.url, micro=False).matrix]

    async def _look_after_lock(self, home: str) -> None:
        """Put everybody out when that is asked for; on a network only a new link opens again."""
        while True:
            if self._locking:
                self._locking = False
                self._token.renew()
                self._tell_addresses(home)
                log.info("the remote is locked: %d pages are put out", self._places.pages)
                await self._places.clear()
            await asyncio.sleep(0.1)

    async def _look_after_pictures(self) -> None:
        while True:
            try:
                gig = self._house.gig
                self._thumbnails.want([*gig.style_files.values(), *self._scenes.printed()])
                self._scenes.look(time.monotonic())
            except Exception as error:  # a loop top: buttons without a picture work as well
                self._complaints.tell("pictures for the remote", error)
            await asyncio.sleep(1.0)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_FILES[request.path], headers=_HEADERS)

    async def _style(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        path = self._house.gig.style_files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(text="no such style\n")
        return web.FileResponse(self._thumbnails.find(path) or path, headers=_PICTURE_HEADERS)

    async def _scene(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        path = self._scenes.find(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(text="no such scene\n")
        return web.FileResponse(self._thumbnails.find(path) or path, headers=_PICTURE_HEADERS)

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").partition(" ")[2].strip()
        if not self._token.opens(given, request.remote or ""):
            raise web.HTTPForbidden(text="token\n")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        host = request.remote or ""
        self._check_origin(request)
        if self._places.full(host):
            raise web.HTTPServiceUnavailable(text="too many remotes are open\n")
        page = _web_socket(MESSAGE_LIMIT)
        await page.prepare(request)
        may = await self._admitted(page, host)
        if not may:
            return page
        if self._places.full(host):
            await page.close(code=FULL, message=b"too many remotes are open")
            return page
        # Only who may come in takes a place: a page that never says hello keeps nobody out.
        self._numbers += 1
        self._door.stays(request)
        with self._places.page(page, host):
            await self._converse(page, f"web:{self._numbers}", may)
        return page

    async def _phone(self, request: web.Request) -> web.StreamResponse:
        self._check_origin(request)
        if self._places.cameras_full:
            raise web.HTTPServiceUnavailable(text="too many cameras are open\n")
        page = _web_socket(PHONE_BYTES)
        await page.prepare(request)
        may = await self._admitted(page, request.remote or "")
        if may != "play":
            await page.close(code=SHUT, message=b"token")
            return page
        if self._places.cameras_full:
            await page.close(code=FULL, message=b"too many cameras are open")
            return page
        self._door.stays(request)
        with self._places.camera(page):
            await self._camera.receive(page)
        return page

    def _check_origin(self, request: web.Request) -> None:
        if not origin_allowed(request.headers.get("Origin", ""), request.headers.get("Host", "")):
            raise web.HTTPForbidden(text="open the page itself\n")

    async def _admitted(self, page: web.WebSocketResponse, host: str) -> May:
        """Wait for the page's first message; on a network it must bring a token."""
        try:
            first = await page.receive(timeout=PATIENCE_S)
        except TimeoutError:
            return ""
        hello = read_object(first.data) if first.type is WSMsgType.TEXT else None
        if hello is None:
            return ""
        may = self._token.opens(hello.get("token", ""), host)
        if not may:
            await page.close(code=SHUT, message=b"token")
        return may

    async def _converse(self, page: web.WebSocketResponse, hand: str, may: May) -> None:
        client = Client(self._house, self._mirror, page, self._sender.journal, self._midi)
        client.pictures, client.may = self._scenes, may
        client.code = self.code if may == "play" else []
        telling = asyncio.create_task(client.tell())
        holds = self._sender.holds(self._mirror)
        watching = asyncio.create_task(holds.watch())
        budget = Budget(_MESSAGES_PER_S, _MESSAGES_PER_S)
        table = self._house.gig.table
        try:
            async for message in page:
                if message.type is not WSMsgType.TEXT or not budget.allows(hand, time.monotonic()):
                    continue
                meaning = read_message(message.data, table, self._mirror.bound, hand)
                if isinstance(meaning, Preview):
                    # What the audience sees anyway, not what the camera does.
                    seen = meaning.panes if may == "play" else ("output",)
                    client.panes = tuple(pane for pane in meaning.panes if pane in seen)
                elif may != "play":
                    self._sender.journal.note(hand, "message", (message.data,), (), "may only look")
                elif isinstance(meaning, Monitor):
                    client.monitor(meaning.wanted)
                elif meaning is not None:
                    if isinstance(meaning, Set):
                        hold = is_hold(message.data)
                        back = back_in(message.data, table.find(meaning.param)) if hold else None
                        if not holds.follow(meaning, hold, time.monotonic(), back):
                            continue
                    what = meaning.param if isinstance(meaning, Set) else meaning.action
                    self._sender.journal.note(hand, what, (), (meaning,))
                    self._sender.send(meaning)
                else:
                    self._sender.journal.note(hand, "message", (message.data,), (), "no such wish")
        finally:
            watching.cancel()
            holds.lose()
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await telling


def _web_socket(limit: int) -> web.WebSocketResponse:
    return web.WebSocketResponse(max_msg_size=limit, compress=False, heartbeat=5.0, timeout=2.0)
