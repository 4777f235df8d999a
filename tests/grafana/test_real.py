"""The check of a real Grafana, against one that is not: it finds what is missing, foreign, changed or broken."""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from .documents import DASHBOARDS
from .real import Grafana, check

PASSWORD = "of the admin"


class FakeGrafana(ThreadingHTTPServer):
    """Answers as Grafana's API does, from dashboards and datasources' states that a test may change."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dashboards = {one["uid"]: copy.deepcopy(one) for one in DASHBOARDS.values()}
        self.provisioned = True
        self.health = {"prometheus": "OK", "jaeger": "OK"}

    def answer(self, path: str) -> Any:
        """What is at a path; None if nothing is."""
        match path.strip("/").split("/"):
            case ["api", "search"]:
                return [{"uid": uid} for uid in self.dashboards]
            case ["api", "dashboards", "uid", uid]:
                return {"meta": {"provisioned": self.provisioned}, "dashboard": self.dashboards[uid]}
            case ["api", "datasources", "uid", uid, "health"] if uid in self.health:
                return {"status": self.health[uid], "message": f"{uid} says so"}
        return None


class _Handler(BaseHTTPRequestHandler):
    server: FakeGrafana

    def do_GET(self) -> None:
        known = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        allowed = self.headers["Authorization"] == f"Basic {known}"
        answer = self.server.answer(urlsplit(self.path).path) if allowed else None
        self.send_response(200 if answer is not None else 404 if allowed else 401)
        self.end_headers()
        self.wfile.write(json.dumps(answer if answer is not None else {"message": "no"}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def fake() -> Iterator[FakeGrafana]:
    with FakeGrafana() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def found(fake: FakeGrafana, password: str = PASSWORD) -> list[str]:
    return check(Grafana(f"http://127.0.0.1:{fake.server_port}", password))


def test_nothing_is_wrong_with_what_is_as_its_files_say(fake: FakeGrafana) -> None:
    assert found(fake) == []


def test_a_dashboard_that_is_missing_or_foreign_is_told(fake: FakeGrafana) -> None:
    fake.dashboards["other"] = fake.dashboards.pop("citytime-slo")
    assert found(fake) == ["/api/search: citytime-slo is missing", "/api/search: other is not ours"]


def test_a_dashboard_that_was_changed_or_made_by_hand_is_told(fake: FakeGrafana) -> None:
    fake.provisioned = False
    fake.dashboards["citytime-slo"]["panels"][0]["targets"][0]["expr"] = "up"
    wrong = found(fake)
    assert "citytime-slo: its panels are not those of the file" in wrong
    assert sum("not provisioned" in each for each in wrong) == len(DASHBOARDS)


def test_a_datasource_that_fails_or_is_not_there_is_told(fake: FakeGrafana) -> None:
    fake.health = {"prometheus": "ERROR"}
    first, second = found(fake)
    assert first == "datasource prometheus: prometheus says so"
    assert second.startswith("datasource jaeger: ")


def test_a_wrong_password_is_told(fake: FakeGrafana) -> None:
    assert any("401" in each for each in found(fake, "guessed"))
