"""The lab's certificate authority: makes its key at the first start, then short-lived certificates, over and over.

    ca.py --authority DIR --certificates DIR [--role NAME …] [--password FILE …] [--lifetime S] [--once | --check]

Python's standard library and the `openssl` command (1.1.1 or later) are all it needs. Each role gets a directory of
its own, laid out as Kubernetes lays out a mounted Secret:

    <certificates>/<role>/tls.crt, tls.key, ca.crt -> ..data/<name>     what Envoy is told to read
    <certificates>/<role>/..data -> ..2026-11-24T04-00-00.1a2b3c        swapped in one step: all three files, or none

A certificate is renewed at half of its life. The authority itself is followed by a new one in time: `ca.crt` holds all
authorities that are still valid, and a new one signs only once everybody has been given its certificate.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROLES = ("gateway", "geocoder", "timezones", "images")
TRUST_DOMAIN = "citytime"
CLOCK_SKEW = timedelta(seconds=60)
"""By how much a certificate is valid before it is made, for peers whose clock is late."""

OPENSSL = """
[ca]
default_ca = authority
[authority]
database = {work}/index
new_certs_dir = {work}
rand_serial = yes
default_md = sha256
unique_subject = no
policy = subject
[subject]
commonName = supplied
[req]
prompt = no
distinguished_name = name
[name]
CN = {name}
[extensions]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{extensions}
"""

AUTHORITY = "basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign"
LEAF = """basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = URI:spiffe://{domain}/{role},DNS:{role}"""


def log(event: str, **fields: object) -> None:
    """One JSON line on standard output."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(json.dumps({"time": now, "level": "info", "event": event, **fields}), flush=True)


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run it, without a word."""
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)  # noqa: S603


def make(*arguments: object) -> None:
    """Run openssl. Raises SystemExit with what it says if it fails."""
    done = openssl(*arguments)
    if done.returncode:
        sys.exit(f"openssl {arguments[0]} failed: {done.stderr.decode()}")


def lasts(certificate: Path, seconds: float) -> bool:
    """Whether a certificate is there and valid for so many seconds more."""
    return openssl("x509", "-in", certificate, "-noout", "-checkend", round(seconds)).returncode == 0


def sign(directory: Path, name: str, extensions: str, lifetime: timedelta, issuer: Path | None) -> datetime:
    """Make `tls.key` and `tls.crt` in a directory, signed by the pair in `issuer` or by themselves; returns the end."""
    begins = datetime.now(UTC)
    ends = begins + lifetime
    with tempfile.TemporaryDirectory() as work:
        config, request = Path(work, "config"), Path(work, "request")
        config.write_text(OPENSSL.format(work=work, name=name, extensions=extensions))
        Path(work, "index").touch()
        key, certificate = directory / "tls.key", directory / "tls.crt"
        make("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-quiet", "-out", key)
        make("req", "-new", "-config", config, "-key", key, "-out", request)
        signer = (
            ("-cert", issuer / "tls.crt", "-keyfile", issuer / "tls.key") if issuer else ("-selfsign", "-keyfile", key)
        )
        dates = ("-startdate", f"{begins - CLOCK_SKEW:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}")
        make(
            *("ca", "-batch", "-notext", "-config", config, "-extensions", "extensions"),
            *(*signer, *dates, "-in", request, "-out", certificate),
        )
    return ends


@contextmanager
def fresh(parent: Path, name: str) -> Iterator[Path]:
    """A directory to fill, which then appears in `parent` as a whole or not at all."""
    work = parent / f".{name}.new"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    yield work
    work.rename(parent / name)


def stamp() -> str:
    """A name for what is made now; the names sort by time."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}"


class Authority:
    """The authority's pairs in a directory, the oldest first; keys never leave it."""

    def __init__(self, directory: Path, lifetime: timedelta, leaf_lifetime: timedelta) -> None:
        self._directory = directory
        self._lifetime = lifetime
        self._leaf_lifetime = leaf_lifetime.total_seconds()

    def tend(self) -> None:
        """Make the first pair; make the next one in time; forget those that are over."""
        for pair in self._pairs():
            if not lasts(pair / "tls.crt", 0):
                shutil.rmtree(pair)
                log("authority over", authority=pair.name)
        # Three lives of a certificate: two until it has to sign, time enough for everybody to read the new ca.crt.
        if not any(lasts(pair / "tls.crt", 3 * self._leaf_lifetime) for pair in self._pairs()):
            name = stamp()
            with fresh(self._directory, name) as pair:
                ends = sign(pair, f"citytime lab {name}", AUTHORITY, self._lifetime, None)
            log("authority made", authority=name, not_after=ends.isoformat(timespec="seconds"))

    def issue(self, role: str, directory: Path) -> datetime:
        """Make `tls.key`, `tls.crt` and `ca.crt` of a role in a directory; returns the end of the certificate."""
        signer = next(pair for pair in self._pairs() if lasts(pair / "tls.crt", self._leaf_lifetime))
        extensions = LEAF.format(domain=TRUST_DOMAIN, role=role)
        ends = sign(directory, role, extensions, timedelta(seconds=self._leaf_lifetime), signer)
        (directory / "ca.crt").write_bytes(self.bundle())
        return ends

    def bundle(self) -> bytes:
        """The certificates of all authorities that may have signed, or soon will: what everybody has to trust."""
        return b"".join((pair / "tls.crt").read_bytes() for pair in self._pairs())

    def _pairs(self) -> list[Path]:
        return sorted(path for path in self._directory.iterdir() if path.is_dir() and path.name[0].isdigit())


def publish(authority: Authority, role: str, target: Path) -> None:
    """Give a role a new certificate, in one step."""
    name = f"..{stamp()}"
    with fresh(target, name) as directory:
        ends = authority.issue(role, directory)
        for file in directory.iterdir():
            file.chmod(0o400)
    link(target / "..data", name)
    for kind in ("tls.crt", "tls.key", "ca.crt"):
        if not (target / kind).is_symlink():
            link(target / kind, f"..data/{kind}")
    for old in sorted(target.glob("..2*"))[:-2]:  # the last one stays for who is just reading it
        shutil.rmtree(old)
    san = f"spiffe://{TRUST_DOMAIN}/{role}"
    log("certificate issued", role=role, san=san, not_after=ends.isoformat(timespec="seconds"))


def link(path: Path, target: str) -> None:
    """Make a symbolic link, or put it in the place of another at once."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.rename(path)


def make_password(path: Path) -> None:
    """Write a random password, unless there is one. It is never printed."""
    if path.exists():
        return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o750)  # to be read by our group, whatever the umask
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w") as file:
        os.fchmod(file.fileno(), 0o440)
        file.write(secrets.token_urlsafe(24))
    new.rename(path)
    log("password made", path=str(path))


def main() -> int:
    """Make what is missing, then renew until SIGTERM."""
    parser = argparse.ArgumentParser("ca.py", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--authority", type=Path, required=True, help="where the authority's keys are kept")
    parser.add_argument("--certificates", type=Path, required=True, help="where each role has a directory")
    parser.add_argument("--role", action="append", help=f"a role that gets certificates (default: {', '.join(ROLES)})")
    parser.add_argument("--password", type=Path, action="append", default=[], help="file to write a password to, once")
    parser.add_argument("--lifetime", type=float, default=86_400, help="seconds a certificate is valid (default a day)")
    parser.add_argument(
        "--authority-lifetime", type=float, default=31_536_000, help="the same of the authority (a year)"
    )
    parser.add_argument("--once", action="store_true", help="make what is missing or due, and end")
    parser.add_argument("--check", action="store_true", help="exit code 0 if every certificate is valid, or else 1")
    given = parser.parse_args()
    targets = {role: given.certificates / role for role in given.role or ROLES}
    if given.check:
        return 0 if all(lasts(target / "tls.crt", 0) for target in targets.values()) else 1
    if given.authority_lifetime < 4 * given.lifetime:
        parser.error("--authority-lifetime must be at least four times --lifetime")

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    os.umask(0o077)
    for directory in (given.authority, *targets.values()):
        directory.mkdir(parents=True, exist_ok=True)
    for path in given.password:
        make_password(path)
    authority = Authority(
        given.authority, timedelta(seconds=given.authority_lifetime), timedelta(seconds=given.lifetime)
    )
    while True:
        authority.tend()
        for role, target in targets.items():
            if (
                not lasts(target / "tls.crt", given.lifetime / 2)
                or (target / "ca.crt").read_bytes() != authority.bundle()
            ):
                publish(authority, role, target)
        if given.once or stop.wait(min(60, given.lifetime / 20)):
            return 0


if __name__ == "__main__":
    sys.exit(main())
