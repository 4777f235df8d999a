"""An alert becomes a mail, and its end another."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from waiting import within

from drills import lab

FIRED, RESOLVED = 100, 150
"""Seconds that a mail may take: scrape, `for`, evaluation and group_wait; group_interval at the end."""


def mails(text: str, since: datetime) -> list[dict[str, Any]]:
    """Mails that have these words, made since a moment; the newest first."""
    found = lab.get(
        f"http://{lab.address('mailpit', 8025)}/api/v1/search?" + urllib.parse.urlencode({"query": f'"{text}"'})
    )["messages"]
    return [one for one in found if datetime.fromisoformat(one["Created"]) >= since]


def post(alert: dict[str, Any]) -> None:
    url = f"http://{lab.address('alertmanager', 9093)}/api/v2/alerts"
    body, headers = json.dumps([alert]).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()


def a_mail(text: str, since: datetime, *, resolved: bool) -> None:
    subjects = [one["Subject"] for one in mails(text, since)]
    assert [one for one in subjects if one.startswith("resolved:") == resolved], subjects


def test_an_alert_given_to_alertmanager_is_mailed_and_so_is_its_end() -> None:
    since, summary = datetime.now(UTC) - timedelta(seconds=5), f"end-to-end test {uuid4().hex}"
    labels = {"alertname": "EndToEnd", "severity": "ticket", "job": uuid4().hex}
    alert = {
        "labels": labels,
        "annotations": {"summary": summary, "description": "Nothing is wrong.", "runbook_url": "", "dashboard": "/"},
    }
    post(alert)
    within(FIRED, lambda: a_mail(summary, since, resolved=False))
    post(alert | {"endsAt": datetime.now(UTC).isoformat()})
    within(RESOLVED, lambda: a_mail(summary, since, resolved=True))


def test_a_stopped_service_is_mailed_and_so_is_its_return() -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    lab.shell("docker compose stop images")
    try:
        within(FIRED, lambda: a_mail("No replica of images answers", since, resolved=False))
    finally:
        lab.shell("docker compose start images")
    within(RESOLVED, lambda: a_mail("No replica of images answers", since, resolved=True))
