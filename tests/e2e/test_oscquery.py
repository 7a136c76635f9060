"""A program that knows only a port finds a running show's knobs, plays one and hears of it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

from tests.e2e.showing import Showing, make_gig

pytestmark = pytest.mark.e2e


def test_a_stranger_finds_a_knob_turns_it_and_is_told(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    scene = gig / "scenes" / "08_stage_light.yaml"

    async def visit(url: str) -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            async with session.get(f"{url}?HOST_INFO") as answer:
                info = await answer.json()
            async with session.get(f"{url}/grade/exposure") as answer:
                knob: dict[str, Any] = await answer.json()
            top = knob["RANGE"][0]["MAX"]
            async with session.ws_connect(url) as listener:
                await listener.send_json({"COMMAND": "LISTEN", "DATA": knob["FULL_PATH"]})
                await listener.receive_bytes()
                player = SimpleUDPClient(info["OSC_IP"], info["OSC_PORT"], family=socket.AF_INET)
                player.send_message(knob["FULL_PATH"], top)
                told = OscMessage(await listener.receive_bytes())
                assert (told.address, told.params) == ("/grade/exposure", [top])
                # a picture laid into the folder during the show is told, and is in the menu
                (gig / "styles").mkdir(exist_ok=True)
                picture = next((Path(__file__).parents[2] / "styles").glob("*.jpg"))
                (gig / "styles" / "grandma.jpg").write_bytes(picture.read_bytes())
                told_of = ""
                while told_of != "/style/person":
                    message = await listener.receive()
                    if message.type is aiohttp.WSMsgType.TEXT:
                        told_of = message.json()["DATA"]
            async with session.get(f"{url}/style/person?RANGE") as answer:
                assert (await answer.json())["RANGE"][0]["VALS"][-1] == "grandma"

    with Showing(str(scene), "--headless") as show:
        asyncio.run(visit(show.said(r"OSCQuery on (http://127\.0\.0\.1:\d+)")[1]))
