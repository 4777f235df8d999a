"""`docker compose down` and `up`: what is kept in volumes is still there."""

from __future__ import annotations

from waiting import within

from drills import lab

PAST = 'count_over_time(up{job="prometheus"}[6h])'


def test_down_and_up_keeps_the_data_of_prometheus_and_the_secrets() -> None:
    services = " ".join(lab.shell("docker compose ps --services").split())
    checksum = "docker compose exec -T ca sha256sum /var/tmp/grafana/admin-password"
    (moment, before), password = lab.query(PAST)[0]["value"], lab.shell(checksum)
    lab.shell("docker compose down", timeout=180)
    assert lab.shell("docker compose ps -aq") == ""
    lab.shell(f"docker compose up -d --wait --pull never {services}", timeout=300)
    assert lab.shell(checksum) == password

    def remembered() -> None:
        kept = lab.prometheus("query", query=PAST, time=str(moment))["result"][0]["value"][1]
        assert int(kept) >= int(before) - 1  # a scrape may have been under way
        assert lab.query('up{job="gateway"} == 1')

    within(90, remembered)
