"""OSCQuery: tells other programs by HTTP what can be played over OSC, and values by WebSocket.

Made by the desk process; `run` is its thread with its own asyncio loop.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import threading
import time

from aiohttp import web

from vj.core.house import House
from vj.desk.addresses import Book
from vj.desk.announce import server_name, show_name
from vj.desk.budget import Budget
from vj.desk.complaints import Complaints
from vj.desk.door import Door, Handler, address_of, bind, ports_from
from vj.desk.journal import told
from vj.desk.osc import OscHand
from vj.desk.oscquery_client import Listener
from vj.desk.oscquery_tree import EXTENSIONS, Answer, Tree, answer, plant
from vj.desk.remote_gate import MESSAGE_LIMIT, origin_allowed
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_LISTENERS, _LISTENERS_PER_HOST = 16, 4
_EACH_PER_S, _TOTAL_PER_S = 500.0, 1000.0
_QUESTIONS_EACH_PER_S, _QUESTIONS_PER_S = 20.0, 50.0  # one byte may ask for the whole tree
# To describe, write and send a kilobyte takes 57 microseconds: a fifth of a core for all askers.
_KB_EACH_PER_S, _KB_PER_S = 1500.0, 3500.0
_BREATH_S = 0.02
_ALIVE_S = 20.0
_RETRY_S = 5.0


class OscQuery:
    """Serves on the OSC port's number (TCP) or the next free one; loopback only without `--lan`.

    On a network it answers neighbours (private addresses) and the hosts the rig names.
    """

    def __init__(self, house: House, osc: OscHand, sender: Sender) -> None:
        self._gig, self._rig, self._lan = house.gig, house.gig.rig, house.options.lan
        self._osc, self._sender = osc, sender
        self._planted: tuple[Book, Tree] = (osc.ear.book, plant(osc.ear.book))
        self._listeners: dict[int, str] = {}
        self._numbers = 0
        self._budget = Budget(_EACH_PER_S, _TOTAL_PER_S)
        self._questions = Budget(_QUESTIONS_EACH_PER_S, _QUESTIONS_PER_S)
        self._kilobytes = Budget(_KB_EACH_PER_S, _KB_PER_S)
        self._complaints = Complaints(log)
        self._door = Door()
        self.port, self.error = 0, ""

    def status(self) -> dict[str, object]:
        """What the show and the report are told: the port and how many clients listen."""
        return {"port": self.port, "clients": len(self._listeners)}

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop`, once OSC itself has its port; started again after any failure."""
        while not stop.is_set():
            if not self._osc.port:
                stop.wait(0.1)
                continue
            try:
                asyncio.run(self._serve(stop))
            except Exception as error:  # a loop top: OSC itself does not depend on this
                self.port, self.error = 0, f"OSCQuery: {error}"
                self._complaints.tell("OSCQuery", error)
                stop.wait(_RETRY_S)

    def tree(self) -> Tree:
        """Return the address space as it is now; called by this server's own thread only."""
        book = self._osc.ear.book
        if book is not self._planted[0]:
            fresh = plant(book)
            # A book is written for every scene; the tree it gives is mostly the one before.
            self._planted = (book, self._planted[1] if fresh == self._planted[1] else fresh)
        return self._planted[1]

    async def _serve(self, stop: threading.Event) -> None:
        self._door = door = Door({server_name(), f"{server_name()}."})
        app = web.Application(middlewares=[door.guard, self._limits], client_max_size=MESSAGE_LIMIT)
        app.router.add_get("/{path:.*}", self._get)
        host = "0.0.0.0" if self._lan else "127.0.0.1"
        found = bind(host, ports_from(self._osc.port))
        self.port, self.error = found.getsockname()[1], ""
        log.info("OSCQuery on http://%s:%s", host, self.port)
        await door.serve(app, found, stop)

    @web.middleware
    async def _limits(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer neighbours only, and nobody faster than a program needs."""
        host = request.remote or ""
        if not self._neighbour(host):
            raise web.HTTPForbidden(text="not from this network\n")
        if not self._budget.allows(host, time.monotonic()):
            raise web.HTTPTooManyRequests(text="slower, please\n")
        return await handler(request)

    def _neighbour(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return address.is_private or address.is_link_local or host in self._rig.hosts

    async def _get(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request)
        word, _, number = request.query_string.partition("=")
        if word == "JOURNAL":
            return self._journal(request.remote or "", number)
        host = request.remote or ""
        await self._affordable(host)
        status, found = self._answer(request.path, request.query_string, address_of(request))
        if status != 200:
            return web.Response(status=status, headers=_HEADERS)
        return web.json_response(text=self._written(found, host), headers=_HEADERS)

    async def _affordable(self, host: str) -> None:
        """Wait until a host may have another answer: it pays for its last ones by their size."""
        while not self._kilobytes.allows(host, time.monotonic()):
            await asyncio.sleep(_BREATH_S)

    def _written(self, found: object, host: str) -> str:
        text = json.dumps(found, separators=(",", ":"))
        self._kilobytes.charge(host, len(text) / 1024)
        return text

    def _journal(self, host: str, number: str) -> web.StreamResponse:
        """Tell `vj monitor` on this machine what came in after an entry; nobody else."""
        if not ipaddress.ip_address(host).is_loopback:
            raise web.HTTPForbidden(text="only on this machine\n")
        after = int(number) if number.lstrip("-").isdigit() and len(number) < 16 else 0
        newest = self._sender.journal.number
        entries = self._sender.journal.since(max(after, 0) if after <= newest else 0)
        words = [told(entry, self._gig.table) for entry in entries]
        newest = entries[-1].number if entries else newest
        return web.json_response({"NEWEST": newest, "ENTRIES": words}, headers=_HEADERS)

    def _answer(self, path: str, query: str, here: str) -> Answer:
        if query == "HOST_INFO":
            return 200, self._host_info(here)
        return answer(self.tree(), path, query, self._osc.lines())

    def _host_info(self, address: str) -> dict[str, object]:
        """Say who and where we are, at the address the asker has reached us by."""
        return {
            "NAME": show_name(),
            "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
            "OSC_IP": address,
            "OSC_PORT": self._osc.port,
            "OSC_TRANSPORT": "UDP",
            "WS_IP": address,
            "WS_PORT": self.port,
        }

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        host, origin = request.remote or "", request.headers.get("Origin", "")
        # Programs send no Origin; a browser always does, and then only our own page may talk.
        if origin and not origin_allowed(origin, request.headers.get("Host", "")):
            raise web.HTTPForbidden(text="not from another page\n")
        theirs = sum(other == host for other in self._listeners.values())
        if len(self._listeners) >= _LISTENERS or (self._lan and theirs >= _LISTENERS_PER_HOST):
            raise web.HTTPServiceUnavailable(text="too many are listening\n")
        self._numbers += 1
        number = self._numbers
        self._listeners[number] = host
        page = web.WebSocketResponse(max_msg_size=MESSAGE_LIMIT, compress=False, heartbeat=_ALIVE_S)
        try:
            await page.prepare(request)
            self._door.stays(request)
            here, hand = address_of(request), f"query:{number}"

            async def ask(path: str, query: str) -> str:
                while not self._questions.allows(host, time.monotonic()):
                    await asyncio.sleep(_BREATH_S)
                await self._affordable(host)
                return self._written(self._answer(path, query, here)[1] or {}, host)

            listener = Listener(page, self._osc, self._sender, self.tree, ask, hand, host)
            await listener.converse()
        finally:
            del self._listeners[number]
        return page
