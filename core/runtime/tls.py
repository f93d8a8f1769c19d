"""The store's private certificate authority and the server's certificate.

A till on another machine needs HTTPS: without it the browser gives the page no service worker, no
WebCrypto and no lasting storage. A shop's machine has no public name, so it has an authority of its own,
made once (10 years) and trusted by each till, and a server certificate that is renewed by itself.

Files under `<data>/tls`: `ca.crt`, `ca.key`, `server.crt`, `server.key`, `names.json`,
`chromium-policy.json`. Keys are P-256, readable by their owner only. The authority is limited by name
constraints to local names and addresses and to this machine's own, so that a stolen key cannot be used
to pose as a bank. Server certificates live 397 days at most, the longest that browsers take.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.runtime.env import PlainError, data_dir, ensure_data_dir, env_list
from core.runtime.network import Address, all_addresses, host_names, valid_host_name

AUTHORITY_DAYS = 3653
SERVER_DAYS = 397
RENEW_DAYS = 30
# A till's clock may be behind; a certificate that starts tomorrow there would be refused.
_EARLIER = datetime.timedelta(days=1)

_LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
_LOCAL_NETWORKS = (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip


class TLSError(PlainError):
    """A certificate cannot be made or read. One plain sentence."""


@dataclass(frozen=True)
class Files:
    """Where the certificates of one data folder are."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate (PEM): the file that tills come to trust."""
        return self.folder / "ca.crt"

    @property
    def authority_key(self) -> Path:
        """The authority's private key (PEM, mode 0600)."""
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        """The server's certificate followed by the authority's (PEM)."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """The server's private key (PEM, mode 0600)."""
        return self.folder / "server.key"

    @property
    def names(self) -> Path:
        """The names and addresses a person asked for, as a JSON list of text."""
        return self.folder / "names.json"

    @property
    def policy(self) -> Path:
        """A Chromium policy that makes a till's browser trust the authority (JSON)."""
        return self.folder / "chromium-policy.json"


def files() -> Files:
    """The files of this installation's data folder; they need not exist."""
    return Files(data_dir() / "tls")


def configured() -> bool:
    """Whether certificates were made: the server then speaks HTTPS."""
    return files().authority.is_file()


def extra_names() -> list[str]:
    """KASA_HOSTS: names and addresses by which tills call this server, besides the machine's own."""
    return env_list(
        "KASA_HOSTS", (), "Names and addresses, besides the machine's own, that tills call it by."
    )


def ensure_certificates(
    *, now: datetime.datetime, add: Sequence[str] = (), new_authority: bool = False, renew: bool = False
) -> bool:
    """Make what is missing or due, and return whether the server's certificate was (re)made.

    The authority is made once, or anew when asked. The server's certificate is renewed when less than
    30 days are left, when the machine has got a name or address that it lacks, or when asked. `now` is
    an aware UTC instant. Raises TLSError for a name that is none or that the authority may not sign.
    """
    place = files()
    ensure_data_dir()
    place.folder.mkdir(mode=0o700, exist_ok=True)
    asked = _asked(place, add)
    if new_authority or not place.authority.is_file():
        _make_authority(place, asked.with_own(), now)
        renew = True
    authority = _certificate(place.authority)
    _require_permitted(authority, asked)
    if add:
        _write(place.names, json.dumps([*asked.hosts, *map(str, asked.addresses)]).encode(), 0o644)
    wanted = _permitted(authority, asked.with_own())
    if not renew and not _due(place, authority, wanted, now):
        return False
    _make_server(place, authority, wanted, now)
    _write_policy(place, authority)
    return True


@dataclass(frozen=True)
class Names:
    """Host names and addresses of a certificate."""

    hosts: tuple[str, ...]
    addresses: tuple[Address, ...]

    def with_own(self) -> Names:
        """These and the machine's own. Its public IPv6 addresses stay out: they change from day to day."""
        own = [address for address in all_addresses() if address.version == 4 or address.is_private]
        hosts = dict.fromkeys(["localhost", *host_names(), *self.hosts])
        return Names(tuple(hosts), tuple(dict.fromkeys([*own, *self.addresses])))


def _asked(place: Files, add: Sequence[str]) -> Names:
    """What people asked for: KASA_HOSTS, earlier runs and `add`. Raises TLSError for what is no name."""
    texts = json.loads(place.names.read_text(encoding="utf-8")) if place.names.is_file() else []
    hosts: list[str] = []
    addresses: list[Address] = []
    for text in (name.strip().lower() for name in [*texts, *add, *extra_names()]):
        address = _as_address(text)
        if address is not None:
            addresses.append(address)
        elif valid_host_name(text):
            hosts.append(text)
        else:
            raise TLSError(f"{text!r} is neither a host name nor an address.")
    return Names(tuple(dict.fromkeys(hosts)), tuple(dict.fromkeys(addresses)))


def authority_fingerprint() -> str:
    """SHA-256 of the authority's certificate as pairs of hex digits, to compare on a till by eye."""
    return _certificate(files().authority).fingerprint(hashes.SHA256()).hex(":").upper()


def server_names() -> list[str]:
    """The names and addresses in the server's certificate, as text. Raises TLSError when there is none."""
    names, addresses = _names_in(_certificate(files().server))
    return [*sorted(names), *map(str, sorted(addresses, key=lambda address: (address.version, int(address))))]


def valid_until() -> datetime.datetime:
    """When the server's certificate ends (aware, UTC)."""
    return _certificate(files().server).not_valid_after_utc


# ── making ─────────────────────────────────────────────────────────────────────────────────────────


def _make_authority(place: Files, names: Names, now: datetime.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    mark = secrets.token_hex(3)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "OpenKasa"),
            # The mark tells two stores' authorities apart in a list of trusted ones.
            x509.NameAttribute(NameOID.COMMON_NAME, f"OpenKasa store authority {mark}"),
        ]
    )
    certificate = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(_constraints(names), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(place.authority_key, _private_pem(key), 0o600)
    _write(place.authority, _pem(certificate), 0o644)


def _make_server(place: Files, authority: x509.Certificate, names: Names, now: datetime.datetime) -> None:
    authority_key = _private_key(place.authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OpenKasa store server")])
    entries = [*map(x509.DNSName, names.hosts), *map(x509.IPAddress, names.addresses)]
    certificate = (
        _builder(subject, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(entries), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    _write(place.server_key, _private_pem(key), 0o600)
    _write(place.server, _pem(certificate) + _pem(authority), 0o644)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime.datetime,
    days: int,
) -> x509.CertificateBuilder:
    start = now - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        # Both ends belong to the period (RFC 5280, 4.1.2.5), hence one second less.
        .not_valid_after(start + datetime.timedelta(days=days, seconds=-1))
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, key_cert_sign=authority, crl_sign=authority,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _constraints(names: Names) -> x509.NameConstraints:
    """What the authority may sign for: local names and networks, and what this machine has now."""
    networks = [ipaddress.ip_network(network) for network in _LOCAL_NETWORKS]
    for address in names.addresses:
        if not any(address in network for network in networks):
            networks.append(ipaddress.ip_network(address))
    allowed = [*_LOCAL_NAMES, *(name for name in names.hosts if not _under(name, _LOCAL_NAMES))]
    entries = [*map(x509.DNSName, allowed), *map(x509.IPAddress, networks)]
    return x509.NameConstraints(permitted_subtrees=entries, excluded_subtrees=None)


def _permitted(authority: x509.Certificate, names: Names) -> Names:
    """The part of the names that the authority's constraints let it sign for."""
    trees = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    domains = [tree.value for tree in trees if isinstance(tree, x509.DNSName)]
    networks = [ipaddress.ip_network(str(tree.value)) for tree in trees if isinstance(tree, x509.IPAddress)]
    return Names(
        tuple(name for name in names.hosts if _under(name, domains)),
        tuple(address for address in names.addresses if any(address in network for network in networks)),
    )


def _require_permitted(authority: x509.Certificate, names: Names) -> None:
    allowed = _permitted(authority, names)
    outside = [name for name in names.hosts if name not in allowed.hosts]
    outside += [str(address) for address in names.addresses if address not in allowed.addresses]
    if outside:
        raise TLSError(
            f"The store's authority was not made for {', '.join(outside)}; make a new one with "
            "`manage.py tls --new-authority` (each till must then come to trust it)."
        )


def _under(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith("." + domain) for domain in domains)


# ── judging ────────────────────────────────────────────────────────────────────────────────────────


def _due(place: Files, authority: x509.Certificate, names: Names, now: datetime.datetime) -> bool:
    if not (place.server.is_file() and place.server_key.is_file() and place.policy.is_file()):
        return True
    server = _certificate(place.server)
    have_names, have_addresses = _names_in(server)
    return (
        server.issuer != authority.subject
        or server.not_valid_after_utc - now < datetime.timedelta(days=RENEW_DAYS)
        or not have_names.issuperset(names.hosts)
        or not have_addresses.issuperset(names.addresses)
    )


def _names_in(certificate: x509.Certificate) -> tuple[set[str], set[Address]]:
    entries = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses: set[Address] = set()
    for value in entries.get_values_for_type(x509.IPAddress):
        if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)):
            addresses.add(value)
    return set(entries.get_values_for_type(x509.DNSName)), addresses


def _as_address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


# ── files ──────────────────────────────────────────────────────────────────────────────────────────


def _write_policy(place: Files, authority: x509.Certificate) -> None:
    """A policy file for tills: trust the authority, and let the page reach the bridge on its own machine."""
    origins = [
        f"https://[*.]{name}" if name == "local" else f"https://{name}" for name in _policy_hosts(place)
    ]
    policy = {
        "CACertificates": [base64.b64encode(authority.public_bytes(serialization.Encoding.DER)).decode()],
        "LocalNetworkAccessAllowedForUrls": origins,
        "LoopbackNetworkAllowedForUrls": origins,
    }
    _write(place.policy, (json.dumps(policy, indent=2) + "\n").encode(), 0o644)


def _policy_hosts(place: Files) -> list[str]:
    names, addresses = _names_in(_certificate(place.server))
    plain = [name for name in sorted(names) if name != "localhost"]
    return plain + [
        f"[{address}]" if address.version == 6 else str(address)
        for address in sorted(addresses, key=lambda address: (address.version, int(address)))
        if not address.is_loopback
    ]


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TLSError(f"The certificate {path} cannot be read; run `manage.py tls`.") from error


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise TLSError(f"The key {path} cannot be read.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TLSError(f"The key {path} is of another kind than ours.")
    return key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace a file whole or not at all; the mode holds from its first byte."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
