"""We are found on the network by an independent browser, and a network that refuses is no harm."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from zeroconf import IPVersion, ServiceBrowser, ServiceListener, Zeroconf

from vj.desk import announce
from vj.desk.announce import OSC, OSCQUERY, Announcer, host_name, network_addresses, show_name

HOME = ["127.0.0.1"]


class Tablet(ServiceListener):
    """A browser that keeps what it finds: type -> (port, addresses, server), name -> port."""

    def __init__(self, voice: Zeroconf) -> None:
        self.found: dict[str, tuple[int | None, list[str], str | None]] = {}
        self.names: dict[str, int | None] = {}
        self._browser = ServiceBrowser(voice, [f"{OSC}.local.", f"{OSCQUERY}.local."], self)

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        if info is not None and name.startswith(show_name()):
            kind = type_.removesuffix(".local.")
            self.found[kind] = (info.port, info.parsed_addresses(), info.server)
            self.names[name.removesuffix(f".{type_}")] = info.port

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.found.pop(type_.removesuffix(".local."), None)


@pytest.fixture
def tablet() -> Iterator[Tablet]:
    try:
        voice = Zeroconf(interfaces=HOME, ip_version=IPVersion.V4Only)
    except OSError as error:
        pytest.skip(f"no multicast here: {error}")
    yield Tablet(voice)
    voice.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce, "_LOOK_S", 0.02)
    monkeypatch.setattr(socket, "gethostname", lambda: f"Stage {threading.get_native_id()}.lan")
    name = host_name()
    monkeypatch.setattr(announce, "host_name", lambda: name)


def test_a_browser_finds_both_services_and_sees_them_change_and_go(
    tablet: Tablet, running: Any, until: Any
) -> None:
    ports = {OSC: 7000, OSCQUERY: 0}
    announcer = Announcer(lambda: dict(ports), lambda: HOME)
    stop = running(announcer.run)
    until(lambda: OSC in tablet.found, "OSC", 15.0)
    assert tablet.found == {OSC: (7000, HOME, f"vj-{announce.host_name()}.local.")}
    ports[OSCQUERY] = 7001
    until(lambda: len(tablet.found) == 2, "OSCQuery", 15.0)
    assert tablet.found[OSCQUERY][0] == 7001
    until(lambda: len(announcer.announced) == 2, "the report")
    assert f"{OSCQUERY}.local:7001" in " ".join(announcer.announced)
    stop.set()
    until(lambda: not tablet.found, "goodbye", 15.0)


def test_two_shows_on_one_machine_are_both_found(tablet: Tablet, running: Any, until: Any) -> None:
    for port in (7000, 7100):
        running(Announcer(lambda port=port: {OSC: port}, lambda: HOME).run)
    until(lambda: len(tablet.names) == 2, "both", 15.0)
    assert tablet.names == {show_name(): 7000, f"{show_name()} 7100": 7100}


def test_a_network_that_refuses_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, running: Any, until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[object] = []

    class Refused:
        def __init__(self, **_: object) -> None:
            tries.append(self)
            raise OSError(errno.ENODEV, "no such device")

    monkeypatch.setattr("zeroconf.Zeroconf", Refused)
    announcer = Announcer(lambda: {OSC: 7000}, lambda: HOME)
    running(announcer.run)
    until(lambda: len(tries) > 3, "more tries")
    assert announcer.announced == ()
    assert sum("not announced" in record.message for record in caplog.records) == 1


def test_addresses_that_cannot_be_asked_for_are_asked_for_again(
    tablet: Tablet, running: Any, until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A card that went while it was looked at ended the announcing for the rest of the show."""
    looks: list[None] = []

    def unwell() -> list[str]:
        looks.append(None)
        if len(looks) < 4:
            raise OSError(errno.ENODEV, "no such device")
        return HOME

    running(Announcer(lambda: {OSC: 7000}, unwell).run)
    until(lambda: OSC in tablet.found, "OSC", 15.0)
    assert sum("not announced" in record.message for record in caplog.records) == 1


def test_without_a_network_nothing_is_opened(
    monkeypatch: pytest.MonkeyPatch, running: Any, until: Any
) -> None:
    looked: list[None] = []

    def nowhere() -> list[str]:
        looked.append(None)
        return []

    monkeypatch.setattr("zeroconf.Zeroconf", lambda **_: pytest.fail("opened"))
    running(Announcer(lambda: {OSC: 7000}, nowhere).run)
    until(lambda: len(looked) > 3, "a few looks")


def test_names_fit_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, label in (
        ("MacBook Pro.local", "macbook-pro"),
        ("Bühne_1", "b-hne-1"),
        ("x" * 99, "x" * 50),
        ("---", "stage"),
        ("", "stage"),
    ):
        monkeypatch.setattr(socket, "gethostname", lambda given=given: given)
        assert host_name() == label


def test_addresses_are_of_local_networks() -> None:
    assert "127.0.0.1" not in network_addresses()
    assert all(not address.startswith("127.") for address in network_addresses())
