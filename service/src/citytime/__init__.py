"""citytime: what time is it in …? Any city on earth, offline."""

__version__ = "0.1.0"
