"""A request leaves one trace, through all services and their sidecars, in Jaeger."""

from __future__ import annotations

import random
import secrets
import urllib.request

from waiting import within

from drills import lab

SERVICES = {"gateway", "geocoder", "timezones", "images"}


def test_a_postcard_leaves_one_trace_through_four_services_and_their_sidecars() -> None:
    trace = secrets.token_hex(16)
    place = f"{random.uniform(40, 50):.4f},{random.uniform(0, 20):.4f}"
    request = urllib.request.Request(
        f"http://{lab.gateway()}/{place}.png", headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200

    def complete() -> None:
        data = lab.get(f"http://{lab.address('jaeger', 16686)}/api/traces/{trace}")["data"]
        names = {process["serviceName"] for one in data for process in one["processes"].values()}
        assert names >= SERVICES | {f"{name}-mesh" for name in SERVICES}
        assert len(data) == 1
        spans = {span["spanID"]: span for span in data[0]["spans"]}
        parents = [span["references"][0]["spanID"] for span in spans.values() if span["references"]]
        assert sum(parent not in spans for parent in parents) <= 1  # ours, which nobody told Jaeger of

    within(45, complete)
