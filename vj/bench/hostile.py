"""What a hostile network sends: packets and requests that must do nothing, by kind.

Used by `vj bench hands`; each would move a value of the show, or hang or end a hand, if it worked.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping

_RANDOM = 1500
_NTP_HOUR = 1 << 63
_HOSTS = (
    "evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example",
    "localhost@evil.example", "evil.example#127.0.0.1", "evil.example/127.0.0.1", "0.0.0.0.evil",
    "[::1].evil.example", "[fe80::1]:{port}", "10.0.0.1:{port}", "192.168.0.1", "8.8.8.8:{port}",
    "127.0.0.1:port", "", "*", "null", "[::ffff:8.8.8.8]", "127.0.0.1, evil.example", "evil",
)  # fmt: skip


def text(word: str) -> bytes:
    """Return an OSC string: zero-terminated, filled up to a multiple of four bytes."""
    raw = word.encode()
    return raw + b"\0" * (4 - len(raw) % 4)


def message(address: str, value: float) -> bytes:
    """Return an OSC message with one float argument."""
    return text(address) + text(",f") + struct.pack(">f", value)


def _bundle(*elements: bytes, tag: int = 1) -> bytes:
    sized = b"".join(struct.pack(">i", len(one)) + one for one in elements)
    return b"#bundle\0" + struct.pack(">Q", tag) + sized


def packets(seed: int = 4) -> Mapping[str, list[bytes]]:
    """Return hostile datagrams by kind; `seed` makes the random ones the same every time."""
    chance = random.Random(seed)
    good = message("/style/strength", 0.123)
    nested = good
    for _ in range(400):
        nested = _bundle(nested)
    sizes = (-4, -1, 0, 3, 2**31 - 1, -(2**31))
    head = b"#bundle\0" + struct.pack(">Q", 1)
    odd = [struct.pack(">f", value) for value in (float("nan"), float("inf"), float("-inf"))]
    long = [b"/" + b"a" * size + b"\0\0" for size in (1473, 9000, 60000)]
    tagged = [text("/style/strength") + text(f",{tag}") + b"\0" * 8 for tag in "btcrm[]SA$"]
    patterns = (
        "/" + "*" * 12, "/style/*", "/*/strength", "/{style,x}/strength", "/style/strengt?",
        "/style/[a-z]trength", "//strength", "/fx/" + "?*" * 8, "/#bundle", "/style/strength ",
    )  # fmt: skip
    actions = (
        "/quit", "/exit", "/shutdown", "/shell", "/system", "/load", "/open", "/scene/open",
        "/model/load", "/python", "/eval", "/../style/strength", "/style/../panic/x", "/reboot",
    )  # fmt: skip
    names = ("../../etc/passwd", "/etc/passwd", "..\\..\\x", "$(reboot)", "%s%n", "a" * 60)
    return {
        "bundles of impossible size": [
            head + struct.pack(">i", size) + b"/x\0\0" * times for size in sizes for times in (0, 4)
        ],
        "bundles in bundles": [nested, *[nested[-1400 - n * 40 :] for n in range(8)]],
        "bundles for later": [
            _bundle(message("/nothing", 1.0), tag=tag)
            for tag in (_NTP_HOUR, (1 << 64) - 1, 3 << 61)
        ],
        "address patterns": [message(address, 0.123) for address in patterns],
        "not finite": [text("/style/strength") + text(",f") + number for number in odd]
        + [text("/style/strength") + text(",d") + struct.pack(">d", float("nan"))],
        "argument types": tagged,
        "too long": [raw + text(",f") + struct.pack(">f", 1.0) for raw in long]
        + [text("/style/person") + text(",s") + text("x" * size) for size in (65, 200, 1300)],
        "cut off": [good[:size] for size in range(1, len(good)) if size not in (16,)],
        "more behind": [good + b"\0" * size for size in (1, 2, 3, 4, 8)],
        "not ASCII": [
            raw + text(",f") + struct.pack(">f", 0.123)
            for raw in (
                b"/\xff\xfe\xfd\0\0\0\0",
                b"/st\xc3\xa9\0\0\0",
                b"/\x1b[2J\0\0\0",
                b"/\n\0\0",
            )
        ],
        "actions that are none": [message(address, 1.0) for address in actions],
        "names that are none": [
            text(address) + text(",s") + text(name)
            for address in ("/scene/name", "/scene/go", "/style/person", "/style/background/name")
            for name in names
        ],
        "noise": [
            bytes(chance.randrange(256) for _ in range(chance.randrange(0, 200)))
            for _ in range(_RANDOM)
        ],
        "noise after a good head": [
            head + bytes(chance.randrange(256) for _ in range(chance.randrange(1, 120)))
            for _ in range(_RANDOM)
        ],
    }


def requests(host: str, port: int, programs: bool) -> Mapping[str, list[bytes]]:
    """Return hostile HTTP requests by kind; none of them may be answered with 101 or 200.

    `programs`: the door is also for programs, which say no Origin; a browser always says one.
    """
    here = f"{host}:{port}"

    def ask(
        path: str, asked: str = here, method: str = "GET", more: str = "", body: str = ""
    ) -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: {asked}\r\nConnection: close\r\n{more}"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        return f"{head}{length}\r\n{body}".encode("latin-1", "replace")

    def socket(origin: str, asked: str = here) -> bytes:
        said = f"Origin: {origin}\r\n" if origin else ""
        return ask("/ws", asked, more=(
            f"{said}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))  # fmt: skip

    wish = '{"set": "blackout", "value": 1}'
    form = "Content-Type: text/plain\r\nOrigin: https://evil.example\r\n"
    origins = (
        "https://evil.example", "null", "file://", f"http://evil.example:{port}", "",
        f"http://{host}.evil.example:{port}", f"http://{host}:{port + 1}", f"http://{host}",
        f"ftp://{here}", f"http://{here}/x", f"http://evil.example@{here}",
    )  # fmt: skip
    paths = (
        "/../process.py", "/%2e%2e/process.py", "/style/../../rig.yaml", "/style/..%2frig.yaml",
        "/style/%00", "//etc/passwd", "/style/" + "a" * 3000, "/remote.py", "/.git/config",
    )  # fmt: skip
    return {
        "pages of others": [socket(origin) for origin in origins if origin or not programs],
        "names of others": [ask("/", name.format(port=port)) for name in _HOSTS]
        + [socket(f"http://{here}", name.format(port=port)) for name in _HOSTS],
        "wishes by form": [
            ask(path, method=method, more=form, body=wish)
            for path in ("/", "/ws", "/set", "/api")
            for method in ("POST", "PUT", "DELETE", "PATCH")
        ],
        "files": [ask(path) for path in paths],
        "heads that are none": [
            b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01" + b"a" * 50,
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n", b"A" * 70000,
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", ask("/", more=f"X: {'y' * 9000}\r\n"),
            b"POST / HTTP/1.1\r\nHost: " + here.encode() + b"\r\nContent-Length: -5\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ],
    }  # fmt: skip


def wishes() -> Mapping[str, list[str | bytes]]:
    """Return hostile messages for a socket that is let in, by kind."""
    name = '"set": "style.strength"'
    return {
        "messages that are none": [
            "", "null", "[]", "7", "{", '"x"', "{}{}", "[" * 2000, '{"a":' * 500, b"\0" * 50,
            b'{"set": "blackout", "value": 1}', '{"set": 5, "value": 1}', "\ufeff{}",
        ],
        "values that are none": [
            f"{{{name}, {key}: {value}}}"
            for key in ('"value"', '"norm"')
            for value in ("NaN", "Infinity", "-Infinity", '"1"', "true", "null", "[0.1]", "{}",
                          "1" + "0" * 400, "1e999", '"NaN"')
        ],
        "names that are none": [
            f'{{"{kind}": "{word}", "value": 1}}'
            for kind in ("set", "trigger", "quit", "load", "__class__")
            for word in ("__init__", "../rig", "os.system", "quit", "style", "", "a" * 999)
        ],
        "too long": ["x" * 5000, '{"set": "' + "y" * 100_000 + '"}', b"z" * 10_000_000],
    }  # fmt: skip
