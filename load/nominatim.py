"""Stands in for an online geocoder in the lab: a Nominatim, on port 8000, that knows three places and takes its time.

With it the geocoder has somebody to ask when its own data have no answer, and nothing leaves the machine.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PLACES = {
    "atlantis-sur-mer": (1, "Atlantis-sur-Mer", 45.62, -1.03, "France", "fr"),
    "gotham-upon-thames": (2, "Gotham-upon-Thames", 51.41, -0.31, "United Kingdom", "gb"),
    "zzyzx-nowhere": (3, "Zzyzx-Nowhere", 35.14, -116.1, "United States", "us"),
}
"""What it knows, by what is asked for: number, name, latitude, longitude, country."""


class Handler(BaseHTTPRequestHandler):
    """Answers /search and /reverse."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """One question."""
        time.sleep(random.uniform(0.02, 0.12))  # noqa: S311
        asked = parse_qs(urlsplit(self.path).query).get("q", [""])[0].casefold().replace(" ", "-")
        found: list[dict[str, Any]] = [_place(PLACES[asked])] if asked in PLACES else []
        body = json.dumps(found if self.path.startswith("/search") else {"error": "Unable to geocode"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what is asked is told by the geocoder's metrics."""


def _place(known: tuple[int, str, float, float, str, str]) -> dict[str, Any]:
    number, name, latitude, longitude, country, code = known
    return {
        "place_id": number,
        "osm_type": "node",
        "osm_id": number,
        "lat": str(latitude),
        "lon": str(longitude),
        "name": name,
        "display_name": f"{name}, {country}",
        "category": "place",
        "type": "town",
        "addresstype": "town",
        "place_rank": 18,
        "importance": 0.3,
        "address": {"town": name, "country": country, "country_code": code},
    }


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
