"""Faults of real processes under load: `python -m tests.faults` prints the table, `test_faults.py` tries two."""
