"""Each role in a container: it starts, answers, is healthy, and stops when told."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from image.docker import Container, container, docker, image, network, until

ROLES = ("serve", "gateway", "geocoder", "timezones", "images")
PROMPT = 3.0
"""Seconds that a stop may take. It takes a tenth of one; without the signal it would take ten, and end in a kill."""


@pytest.mark.parametrize("role", [role for role in ROLES if role != "gateway"])
def test_a_role_becomes_healthy_by_itself_and_stops_on_sigterm(role: str) -> None:
    with container(role) as one:
        one.wait_healthy()
        assert b"ok" in one.get("/livez", 8081)[1]
        seconds, code = one.stop()
        assert (code, seconds < PROMPT) == (0, True), one.log


def test_without_an_argument_it_serves() -> None:
    with container() as one:
        one.wait_healthy()
        assert b"Europe/Lisbon" in one.get("/lisbon?format=json")[1]
        assert one.get("/lisbon.png")[0] == "image/png"


def test_several_workers_need_only_a_place_for_what_they_share() -> None:
    with container(options=("--tmpfs=/tmp", "--env=CITYTIME_WORKERS=2")) as one:
        one.wait_healthy()
        assert b"Asia/Tokyo" in one.get("/tokyo?format=json")[1]
        assert b"citytime_resolutions_total" in one.get("/metrics", 8081)[1]
        seconds, code = one.stop()
        assert (code, seconds < PROMPT) == (0, True), one.log


def test_the_services_find_each_other() -> None:
    with ExitStack() as running:
        name = running.enter_context(network())
        roles: dict[str, Container] = {}
        for role in ROLES[1:]:
            options = (f"--network={name}", f"--network-alias={role}", "--env=CITYTIME_GRPC_ADDRESS=0.0.0.0")
            roles[role] = running.enter_context(container(role, options=options))
        for one in roles.values():
            one.wait_healthy()
        gateway = roles["gateway"]
        assert b"Europe/Lisbon" in gateway.get("/lisbon?format=json")[1]
        kind, picture = gateway.get("/lisbon.png")
        assert (kind, picture[:4]) == ("image/png", b"\x89PNG")


def test_what_is_not_ready_is_not_healthy() -> None:
    with container("gateway", options=("--health-start-period=1ms", "--health-interval=1s")) as one:
        until(lambda: one.state["Health"]["Status"] == "unhealthy", lambda: one.log)
        assert "geocoder" in one.state["Health"]["Log"][-1]["Output"]


def test_there_is_no_shell() -> None:
    with container() as one:
        code, said = one.execute("sh", "-c", "true")
        assert (code, "executable file not found" in said) == (127, True), said
    assert "invalid choice: 'sh'" in docker("run", "--rm", image(), "sh", check=False)
