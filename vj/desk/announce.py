"""Says on the local network that we are here, so that tablets and other programs find us.

Run by the desk in a thread of its own when the show was started with `--lan`; zeroconf's home.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeroconf import Zeroconf

log = logging.getLogger(__name__)

OSC, OSCQUERY = "_osc._udp", "_oscjson._tcp"
_LOOK_S = 2.0
_USUAL_PORT = 7000
# Whoever is killed cannot say goodbye; a browser forgets him after this time.
_LIFE_S = 120


def host_name() -> str:
    """Return this machine's name as one DNS label: lower case, at most 50 characters."""
    plain = re.sub(r"[^a-z0-9]+", "-", socket.gethostname().partition(".")[0].lower())
    return plain[:50].strip("-") or "stage"


def show_name() -> str:
    """Return the name tablets list us by."""
    return f"vj on {host_name()}"


def _instance(port: int) -> str:
    """Return a name that a second show on this machine, at other ports, does not have."""
    return show_name() if port == _USUAL_PORT else f"{show_name()} {port}"


def server_name() -> str:
    """Return the host name we announce; not the machine's own, which others may announce too."""
    return f"vj-{host_name()}.local"


def network_addresses() -> list[str]:
    """Return our IPv4 addresses on local networks, of every card that is plugged in."""
    import ifaddr

    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    here = [ipaddress.IPv4Address(str(address)) for address in found]
    return [str(one) for one in here if one.is_private and not one.is_loopback]


class Announcer:
    """Announces services (type -> port) on the networks of our addresses, and follows both."""

    def __init__(
        self, services: Callable[[], Mapping[str, int]], addresses: Callable[[], Sequence[str]]
    ) -> None:
        self._services, self._addresses = services, addresses
        self._said = ""
        self.announced: tuple[str, ...] = ()

    def run(self, stop: threading.Event) -> None:
        """Announce until `stop`; a network that refuses is tried again, and costs nobody else."""
        before: object = None
        voice: Zeroconf | None = None
        while not stop.is_set():
            services = {kind: port for kind, port in self._services().items() if port}
            addresses = self._look()
            if (services, addresses) != before:
                _hush(voice)
                voice, before, self.announced = None, None, ()
                if services and addresses:
                    voice = self._speak(services, addresses)
                if voice is not None or not (services and addresses):
                    before = (services, addresses)
            stop.wait(_LOOK_S)
        _hush(voice)

    def _look(self) -> list[str]:
        try:
            return sorted(self._addresses())
        except Exception as error:  # a loop top: a card may go while it is looked at
            self._complain(error)
            return []

    def _speak(self, services: Mapping[str, int], addresses: Sequence[str]) -> Zeroconf | None:
        voice: Zeroconf | None = None
        try:
            from zeroconf import IPVersion, ServiceInfo, Zeroconf

            voice = Zeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only)
            for kind, port in services.items():
                info = ServiceInfo(
                    f"{kind}.local.",
                    f"{_instance(port)}.{kind}.local.",
                    port=port,
                    addresses=[socket.inet_aton(address) for address in addresses],
                    server=f"{server_name()}.",
                    host_ttl=_LIFE_S,
                    other_ttl=_LIFE_S,
                )
                voice.register_service(info, allow_name_change=True)
                self.announced = (*self.announced, f"{info.name.removesuffix('.')}:{port}")
        except Exception as error:  # a loop top: the show does not depend on being found
            self._complain(error)
            self.announced = ()
            _hush(voice)
            return None
        return voice

    def _complain(self, error: Exception) -> None:
        text = f"{type(error).__name__}: {error}"
        if text != self._said:
            self._said = text
            log.warning("not announced on the network (%s); trying again", text)


def _hush(voice: Zeroconf | None) -> None:
    """Say goodbye, as far as the network still lets us."""
    if voice is None:
        return
    try:
        voice.close()
    except Exception as error:  # the network may be gone, and we are leaving anyway
        log.debug("goodbye: %s", error)
