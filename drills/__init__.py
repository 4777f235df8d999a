"""Faults of the running lab, what they must lead to, and how they are mended: `make drills`, docs/lab.md."""
