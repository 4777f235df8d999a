"""A real Valkey or Redis server as a child process, on a free port of loopback, that keeps nothing on disk."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tornado.testing import bind_unused_port

PROGRAMS = ("valkey-server", "redis-server")


class Server:
    """The process; `kill` and `start` it, `pause` it and let it `resume`."""

    def __init__(self, folder: Path, *options: str, port_option: str = "--port") -> None:
        found = [path for program in PROGRAMS if (path := shutil.which(program))]
        if not found:
            raise FileNotFoundError(
                f"neither of {', '.join(PROGRAMS)} is here: apt-get install redis-server (or valkey-server)"
            )
        listener, self.port = bind_unused_port()
        listener.close()
        keep_nothing = ("--save", "", "--appendonly", "no", "--dir", str(folder), "--bind", "127.0.0.1")
        self._command = [found[0], port_option, str(self.port), *keep_nothing, *options]

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Return when it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout
        seen = ""
        for line in self._process.stdout:
            seen += line
            if "eady to accept connections" in line:
                return
        raise AssertionError(f"the server ended before it listened:\n{seen}")

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(0.05)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def server(folder: Path, *options: str, port_option: str = "--port") -> Iterator[Server]:
    """A running server; killed at the end."""
    one = Server(folder, *options, port_option=port_option)
    one.start()
    try:
        yield one
    finally:
        one.kill()
