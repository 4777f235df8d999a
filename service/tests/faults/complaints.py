"""What no caller should see, whatever fails behind the gateway."""

from __future__ import annotations

from tests.faults.drill import KINDS, Outcome

DEADLINE = 5.0
"""Seconds: CITYTIME_REQUEST_TIMEOUT, as it is by default."""

GRACE = 1.5
"""Seconds beyond the deadline that a busy machine may take."""

RECOVERY = 5.0
"""Seconds in which everything must be as before once the fault is over."""


def complaints(outcome: Outcome) -> list[str]:
    """Sentences, each about something that must not be; none if all went as it should."""
    found = []
    for kind, needs in KINDS.items():
        what = f"{outcome.role} {outcome.fault}, {kind}: "
        samples = [one for one in outcome.samples if one.kind == kind]
        if not samples or not outcome.during(kind):
            found.append(what + "nothing was asked")
            continue
        if outcome.slowest(kind) > DEADLINE + GRACE:
            found.append(what + f"an answer took {outcome.slowest(kind):.1f} s")
        if outcome.recovery(kind) > RECOVERY:
            found.append(what + f"recovered only after {outcome.recovery(kind):.1f} s")
        if outcome.role == "gateway":
            continue  # without it there is nobody to answer
        bad = [one for one in samples if not one.ok]
        if bad and outcome.role not in needs:
            found.append(what + f"{len(bad)} failed, though {outcome.role} is not needed")
        if odd := {one.status for one in bad} - {503, 504}:
            found.append(what + f"callers saw {sorted(odd)}")
        if others := {one.names for one in bad if one.names} - {outcome.role}:
            found.append(what + f"a problem named {sorted(others)}")
        if outcome.fault == "slowed" and bad:
            found.append(what + f"{len(bad)} failed, though it was only slow")
    return found
