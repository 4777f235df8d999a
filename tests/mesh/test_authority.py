"""The authority as a program: what it makes, when it makes it anew, and who may read it."""

from __future__ import annotations

import json
import ssl
import stat
import subprocess
import time
from pathlib import Path

from tests.wire import until

from .authority import command, once, renewing
from .loop import in_loop
from .sidecar import ROLES

FILES = ("tls.crt", "tls.key", "ca.crt")


def run(folder: Path, *arguments: str) -> int:
    return subprocess.run(command(folder, *arguments), capture_output=True, timeout=30, check=False).returncode


def subject(folder: Path, role: str, field: str) -> str:
    """What `openssl x509` says of a role's certificate, which openssl has verified before."""
    place = folder / "certificates" / role
    for more in (["verify", "-CAfile", str(place / "ca.crt")], ["x509", "-noout", "-ext", field, "-in"]):
        done = subprocess.run(["openssl", *more, str(place / "tls.crt")], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_role_gets_a_certificate_that_names_it(tmp_path: Path) -> None:
    once(tmp_path)
    for role in ROLES:
        names = subject(tmp_path, role, "subjectAltName")
        assert f"URI:spiffe://citytime/{role}, DNS:{role}\n" in names
        assert "CA:FALSE" in subject(tmp_path, role, "basicConstraints")
        for name in FILES:
            assert (tmp_path / "certificates" / role / name).readlink() == Path("..data") / name
        place = tmp_path / "certificates" / role
        ssl.create_default_context().load_cert_chain(place / "tls.crt", place / "tls.key")


def test_keys_are_for_their_owner_alone_and_the_authoritys_stays_where_it_was_made(tmp_path: Path) -> None:
    once(tmp_path)
    keys = [path for path in tmp_path.rglob("tls.key") if not path.is_symlink()]
    assert len(keys) == 1 + len(ROLES) + 1  # its own, and those of the roles and the edge
    assert all(stat.S_IMODE(key.stat().st_mode) & 0o077 == 0 for key in keys)
    assert all(stat.S_IMODE(key.parent.stat().st_mode) == 0o700 for key in keys)
    [own] = (tmp_path / "authority").glob("*/tls.key")
    texts = [path.read_bytes() for path in (tmp_path / "certificates").rglob("*") if path.is_file()]
    assert not [text for text in texts if own.read_bytes() in text]


def test_nothing_is_made_anew_before_half_of_its_life(tmp_path: Path) -> None:
    assert once(tmp_path)
    assert not once(tmp_path)
    assert once(tmp_path, "--lifetime=200000").count("certificate issued") == 1 + len(ROLES)


def test_everybody_gets_a_certificate_of_the_new_authority_when_the_old_one_was_lost(tmp_path: Path) -> None:
    once(tmp_path)
    (tmp_path / "authority").rename(tmp_path / "lost")
    events = [json.loads(line)["event"] for line in once(tmp_path).splitlines()]
    assert events == ["authority made"] + ["certificate issued"] * (1 + len(ROLES))
    assert subject(tmp_path, "gateway", "subjectAltName")


def test_the_check_fails_without_certificates_and_when_they_are_over(tmp_path: Path) -> None:
    assert run(tmp_path, "--check") == 1
    once(tmp_path, "--lifetime=5")
    assert run(tmp_path, "--check") == 0
    time.sleep(5.5)
    assert run(tmp_path, "--check") == 1


def test_a_password_is_made_once_and_never_told(tmp_path: Path) -> None:
    path = tmp_path / "grafana" / "admin-password"
    log = once(tmp_path, f"--password={path}")
    password = path.read_text()
    assert len(password) >= 32
    assert password not in log
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    once(tmp_path, f"--password={path}")
    assert path.read_text() == password


def test_an_authority_that_would_be_over_too_soon_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "--lifetime=10", "--authority-lifetime=20", "--once") == 2


def test_an_authority_has_a_successor_and_is_forgotten_when_it_is_over(tmp_path: Path) -> None:
    short = ("--lifetime=1", "--authority-lifetime=4")
    assert "authority made" in once(tmp_path, *short)
    [first] = (tmp_path / "authority").iterdir()
    time.sleep(4.5)
    events = once(tmp_path, *short)
    assert "authority over" in events
    assert "authority made" in events
    assert not first.exists()


@in_loop
async def test_it_renews_until_it_is_told_to_stop(tmp_path: Path) -> None:
    seen = tmp_path / "certificates" / "images" / "..data"
    async with renewing(tmp_path, "--lifetime=4"):
        await until(seen.is_symlink)
        first = seen.readlink()
        await until(lambda: seen.readlink() != first)


def test_old_files_are_cleared_away(tmp_path: Path) -> None:
    for lifetime in (100, 1000, 10_000, 100_000):
        once(tmp_path, f"--lifetime={lifetime}")
    place = tmp_path / "certificates" / "images"
    assert len(list(place.glob("..2*"))) == 2
    assert (place / "..data").resolve() == max(place.glob("..2*")).resolve()
