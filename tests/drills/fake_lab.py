"""A lab of one process: a docker command that knows two ports, behind them a gateway and a Prometheus that see a fault.

The fault is a file: as long as it is there, new names fail, and after a moment the alert fires.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SCRIPT = """#!{python}
import sys
command = " ".join(sys.argv[1:])
if command.startswith("compose config"):
    print('{{"name": "fake"}}')
elif command.startswith("compose port"):
    print("127.0.0.1:{port}")
elif not command.startswith(("compose ps", "compose up", "compose stop")):
    sys.exit("the fake knows no answer to: " + command)
"""


class FakeLab:
    """Serves from `with` to its end; `folder` holds the docker command and, while it lasts, the fault."""

    def __init__(self, folder: Path, *, fires_after: float | None = 1.0) -> None:
        lab = self
        self.folder = folder
        self.fault = folder / "fault"
        self.fires_after = fires_after

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = lab.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body for a path, of the gateway or of Prometheus."""
        broken = self.fault.exists()
        if path.startswith("/api/v1/alerts"):
            age = time.time() - self.fault.stat().st_mtime if broken else 0.0
            firing = self.fires_after is not None and age > self.fires_after
            alert = {"labels": {"alertname": "Broken", "job": "x"}, "state": "firing" if firing else "pending"}
            return 200, json.dumps({"data": {"alerts": [alert] if broken else []}}).encode()
        if path.startswith("/api/v1/query"):
            return 200, b'{"data": {"result": [{}]}}'
        if path.startswith("/paris") and broken:
            return 503, b"{}"
        return (404 if len(path) == 15 and path[1:].isalpha() else 200), b"{}"

    def __enter__(self) -> FakeLab:
        command = self.folder / "docker"
        command.write_text(SCRIPT.format(python=sys.executable, port=self._server.server_port))
        command.chmod(0o755)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
