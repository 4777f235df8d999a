"""A real Alertmanager, with our configuration but for addresses and waits, tells one fault in one mail."""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .documents import ALERTS
from .sinks import HookSink, MailSink, served
from .tools import command, copy_of

WAIT = 2
"""Seconds that Alertmanager waits for more of the same, in place of 20."""


class Alertmanager:
    """A running one: what it is told (`tell`), and what it sends (`mails`, `hooks`)."""

    def __init__(self, port: int, mails: MailSink, hooks: HookSink) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self.mails = mails.mails
        self.hooks = hooks.bodies

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=1):
                return True
        except OSError:
            return False

    def tell(self, *alerts: tuple[str, dict[str, str]], ended: bool = False) -> None:
        """What Prometheus tells of these alerts, each with its labels."""
        now = datetime.now(UTC)
        ends = now if ended else now + timedelta(minutes=4)
        body = [self._alert(name, labels) | {"endsAt": ends.isoformat()} for name, labels in alerts]
        request = urllib.request.Request(
            f"{self._url}/api/v2/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 200

    @staticmethod
    def _alert(name: str, labels: dict[str, str]) -> dict[str, Any]:
        rule = ALERTS[name]
        labels = {"alertname": name, "severity": rule["labels"]["severity"]} | labels
        return {"labels": labels, "annotations": rule["annotations"], "generatorURL": "http://prometheus/graph"}


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    place = copy_of(tmp_path, "compose")
    mails, hooks = MailSink(), HookSink()
    with served(mails) as smtp, served(hooks) as http, socket.create_server(("127.0.0.1", 0)) as free:
        (place / "receivers" / "dead-man-url").write_text(f"http://127.0.0.1:{http}/")
        text = (place / "alertmanager.yml").read_text()
        for ours, here in {
            "smtp_smarthost: mail:1025": f"smtp_smarthost: 127.0.0.1:{smtp}",
            "/etc/alertmanager/": f"{place}/",
            "group_wait: 20s": f"group_wait: {WAIT}s",
            "group_interval: 1m": "group_interval: 1s",
        }.items():
            assert ours in text
            text = text.replace(ours, here)
        (place / "alertmanager.yml").write_text(text)
        port = free.getsockname()[1]
        free.close()
        address = f"--web.listen-address=127.0.0.1:{port}"
        arguments = ["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address=", address]
        line = [*command("alertmanager", place), *arguments]
        with (
            (tmp_path / "log").open("w") as log,
            subprocess.Popen(line, cwd=place, stderr=log, stdout=log) as process,
        ):
            running = Alertmanager(port, mails, hooks)
            try:
                end = time.monotonic() + 60
                while not running.ready():
                    assert process.poll() is None, (tmp_path / "log").read_text()
                    assert time.monotonic() < end, "Alertmanager is not ready within a minute"
                    time.sleep(0.1)
                yield running
            finally:
                process.terminate()


GEOCODER = {"job": "geocoder", "service": "geocoder"}
CONSEQUENCES = (
    ("CircuitBreakerOpen", {"job": "gateway", "dependency": "geocoder", "service": "geocoder"}),
    ("ProbeFailing", {"job": "blackbox", "probe": "search", "instance": "http://gateway:8080/v1/places"}),
    ("ErrorBudgetBurnFast", {"job": "gateway", "service": "gateway", "slo": "availability"}),
    ("TargetDown", {"job": "geocoder"}),
    ("SidecarDown", {"job": "mesh", "service": "geocoder"}),
)


def test_a_fault_is_one_mail_that_says_what_to_do_and_one_when_it_is_over(alertmanager: Alertmanager) -> None:
    alertmanager.tell(*CONSEQUENCES)
    alertmanager.tell(("ServiceDown", GEOCODER))
    mail = alertmanager.mails.get(timeout=30)
    assert mail["Subject"].startswith("[page] No replica of ")
    assert mail["To"] == "on-call@citytime.test"
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        text = body.get_content()
        assert ALERTS["ServiceDown"]["annotations"]["runbook_url"] in text
        assert "http://127.0.0.1:3000/d/citytime-overview" in text
        assert "CircuitBreakerOpen" not in text
    alertmanager.tell(*CONSEQUENCES, ended=True)
    alertmanager.tell(("ServiceDown", GEOCODER), ended=True)
    assert alertmanager.mails.get(timeout=30)["Subject"].startswith("resolved: [page] No replica of ")
    with pytest.raises(queue.Empty):
        alertmanager.mails.get(timeout=WAIT + 2)


def test_what_has_nothing_to_do_with_a_fault_is_told(alertmanager: Alertmanager) -> None:
    alertmanager.tell(("ServiceDown", GEOCODER))
    alertmanager.tell(("CircuitBreakerOpen", {"job": "gateway", "dependency": "images", "service": "images"}))
    alertmanager.tell(("TargetDown", {"job": "node"}))
    subjects = {alertmanager.mails.get(timeout=30)["Subject"].partition("]")[0] for _ in range(3)}
    assert subjects == {"[page", "[ticket"}


def test_a_prometheus_that_is_blind_says_only_that(alertmanager: Alertmanager) -> None:
    alertmanager.tell(("PrometheusNotIngesting", {"job": "prometheus"}))
    alertmanager.tell(("GatewayDown", {"job": "gateway", "service": "gateway"}), ("ServiceDown", GEOCODER))
    assert alertmanager.mails.get(timeout=30)["Subject"] == "[page] Prometheus takes in no data"
    with pytest.raises(queue.Empty):
        alertmanager.mails.get(timeout=WAIT + 2)


def test_the_watchdog_goes_to_who_would_miss_it_and_to_nobody_else(alertmanager: Alertmanager) -> None:
    alertmanager.tell(("Watchdog", {}), ("TrafficSpike", {"job": "gateway", "service": "gateway"}))
    assert json.loads(alertmanager.hooks.get(timeout=30))["alerts"][0]["labels"]["alertname"] == "Watchdog"
    with pytest.raises(queue.Empty):
        alertmanager.mails.get(timeout=WAIT + 2)
