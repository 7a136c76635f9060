"""A certificate this machine makes for itself, so that a phone's camera may be used over the air.

Used by the remote with `--tls`; needs the extra `vj[tls]`. Browsers ask once whether to trust it.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vj.core.places import state_folder

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName

_DAYS = 397  # browsers refuse longer ones
_RENEW_DAYS = 14


def server_context(names: Sequence[str], folder: Path | None = None) -> tuple[ssl.SSLContext, str]:
    """Return a TLS context for `names` (addresses or host names), and the fingerprint to compare.

    The certificate is kept in the user's state folder and made anew when it ends or the names are
    others. Raises: ImportError when the package for it is missing.
    """
    place = (folder or state_folder()) / "tls"
    wanted = sorted({*names, "127.0.0.1", "localhost"})
    certificate, key = place / "certificate.pem", place / "key.pem"
    if not _fits(certificate, key, wanted):
        _make(certificate, key, wanted)
    context = _loaded(certificate, key)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    raw = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    digest = hashlib.sha256(raw).hexdigest().upper()
    return context, ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def _loaded(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return a context with this pair. Raises: ssl.SSLError when they do not belong together."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _fits(certificate: Path, key: Path, wanted: list[str]) -> bool:
    from cryptography import x509

    if not (certificate.is_file() and key.is_file()):
        return False
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        _loaded(certificate, key)
    except (ValueError, x509.ExtensionNotFound, ssl.SSLError):
        return False
    left = found.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return left.days > _RENEW_DAYS and sorted(str(name.value) for name in names) == wanted


def _make(certificate: Path, key: Path, wanted: list[str]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vj on this machine")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([_named(one) for one in wanted]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(secret, hashes.SHA256())
    )
    key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = key.with_name(f".{key.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(
            secret.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.flush()
        os.fsync(file.fileno())
    beside.replace(key)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
