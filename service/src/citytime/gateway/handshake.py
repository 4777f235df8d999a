"""Closing a listening socket without losing a connection that the kernel has accepted on its behalf.

A client is connected as soon as the kernel has shaken hands with it. Connections that wait in a listening socket's
queue when it closes are reset, so whoever stops must empty the queue first; but under load new ones arrive between
the last look and the close. Linux can be told to shake no more hands: then the queue can be emptied for good.
"""

from __future__ import annotations

import array
import contextlib
import socket
import struct
import sys

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER (socket(7)), which the socket module does not name

_SYN_FILTER = (  # classic BPF, which sees a segment from its TCP header on (RFC 9293, section 3.1)
    (0x30, 0, 0, 13),  # load the byte with the flags
    (0x45, 0, 1, 0x02),  # SYN set?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # keep
)


def stop_shaking_hands(listener: socket.socket) -> None:
    """Ignore requests for new connections from now on; handshakes under way may end.

    Who tries again after a second finds the socket closed and is refused. Elsewhere than on Linux, or where the
    kernel forbids it, nothing happens, and a connection made in the last microseconds may be lost.
    """
    if sys.platform == "linux":
        program = array.array("B", b"".join(struct.pack("HBBI", *step) for step in _SYN_FILTER))
        address, _ = program.buffer_info()
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HP", len(_SYN_FILTER), address))
