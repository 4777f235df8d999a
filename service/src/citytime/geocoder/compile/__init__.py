"""Compiling the geo database: sources in, one read-only SQLite file out. Needed to build, never to serve."""
