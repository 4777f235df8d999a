"""How often a name gets the right clock: measured on names that nobody here chose. Run as `python -m accuracy`."""
