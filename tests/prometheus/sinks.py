"""Servers on loopback that take what Alertmanager sends, and keep it."""

from __future__ import annotations

import email
import email.policy
import queue
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as it takes to be handed a mail."""

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            match line.split()[0].upper():
                case b"DATA":
                    self._say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    text = b"".join(line.removeprefix(b".") for line in lines)
                    message = email.message_from_bytes(text, policy=email.policy.default)
                    cast("MailSink", self.server).mails.put(message)
                    self._say("250 kept")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailSink(socketserver.ThreadingTCPServer):
    """Keeps the mails in `mails`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.mails: queue.Queue[EmailMessage] = queue.Queue()


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        cast("HookSink", self.server).bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HookSink(ThreadingHTTPServer):
    """Keeps the bodies of what is posted in `bodies`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.bodies: queue.Queue[bytes] = queue.Queue()


@contextmanager
def served(server: socketserver.TCPServer) -> Iterator[int]:
    """Serve meanwhile, at the port that this gives."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.socket.getsockname()[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
