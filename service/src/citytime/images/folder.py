"""An operator's folder as a library: its pictures are checked at the start, and again whenever they have changed.

What is kept is an index, not the content: a library may be larger than the memory of a small container, the kernel
keeps what is read often, and an operator may replace a picture without a restart. A picture of a new name is found at
the next start.
"""

from __future__ import annotations

import heapq
import logging
import os
import stat
from pathlib import Path

from citytime.domain import Image
from citytime.errors import ConfigurationError
from citytime.images.formats import media_type
from citytime.images.library import etag_of
from citytime.images.refusal import Refused
from citytime.settings import environment_name

log = logging.getLogger(__name__)

MAX_FILES = 1000
"""Pictures of a library; the first by name."""

_SETTING = environment_name("images_folder")
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
"""Opening neither waits for a FIFO's writer nor follows a link that was put there a moment ago."""


class FilePicture:
    """A file of the folder `root` (a real path), and what was found when its content was last checked."""

    def __init__(self, root: Path, name: str, limit: int) -> None:
        self.name = name
        self._root = root
        self._limit = limit
        self._etag = ""
        self._content_type = ""
        self._fault = ""

    def read(self) -> Image | None:
        """The picture as it is now; where that cannot be shown, None, and one line in the log a reason."""
        try:
            content = self._content()
            self._check(content)
        except Refused as refusal:
            fault = str(refusal)
            if fault != self._fault:
                log.warning("picture left out", extra={"picture": self.name, "reason": fault})
            self._fault = fault
            return None
        self._fault = ""
        return Image(content, self._content_type, self._etag)

    def _check(self, content: bytes) -> None:
        etag = etag_of(content)
        if etag != self._etag:
            self._etag, self._content_type = etag, ""
            self._content_type = media_type(content)
        elif not self._content_type:
            raise Refused(self._fault)

    def _content(self) -> bytes:
        """The file's bytes, never more than the limit; the kind is looked at before and after opening."""
        try:
            path = (self._root / self.name).resolve(strict=True)
            if not path.is_relative_to(self._root):
                raise Refused("a link that leads out of the folder")
            _require_file(path.lstat())
            with open(os.open(path, _FLAGS), "rb") as file:
                _require_file(os.fstat(file.fileno()))
                content = file.read(self._limit + 1)
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
            raise Refused(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
        if len(content) > self._limit:
            raise Refused(f"larger than {self._limit} bytes ({environment_name('image_limit')})")
        return content


def _require_file(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Refused("no regular file")


def open_folder(folder: Path, limit: int) -> list[FilePicture]:
    """The pictures of a folder that can be shown, in order of their names; hidden files are none.

    `limit` is the size of a picture in bytes. Raises ConfigurationError where there is none.
    """
    try:
        root = folder.resolve(strict=True)
        with os.scandir(root) as entries:
            names = heapq.nsmallest(MAX_FILES + 1, (entry.name for entry in entries if not entry.name.startswith(".")))
    except (OSError, RuntimeError) as error:
        raise _unusable(folder, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(names) > MAX_FILES:
        log.warning("pictures left out", extra={"after": names[MAX_FILES - 1], "reason": f"more than {MAX_FILES}"})
    pictures = [FilePicture(root, name, limit) for name in names[:MAX_FILES]]
    usable = [picture for picture in pictures if picture.read()]
    if not usable:
        raise _unusable(folder, "has no picture that can be shown (PNG, JPEG, WebP, SVG; the log says why)")
    return usable


def _unusable(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{_SETTING}={str(folder)!r} {why}; put pictures there, or leave the setting empty for our own"
    )
