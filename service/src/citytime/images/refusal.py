"""Why a file of the library is left out."""

from __future__ import annotations


class Refused(Exception):
    """A file that is no picture, or none to be shown; the message is a phrase for the log."""
