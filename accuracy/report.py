"""What was measured: a table, the misses, and JSON to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accuracy.judge import THERE_KM, Answer
from accuracy.score import Score

LEGEND = f"""\
right         the clock agrees with the expected zone's for the last and the next twelve months
by guess      right answers where nothing had the name, and the nearest beginning or spelling was taken
GeoNames      right answers by a name that GeoNames has too, of a set that is itself among our sources: about this
              share would be right without it
there         the place is within {THERE_KM} km of where the set has it, whatever its clock
disputed      the place is there, but set and time zone boundaries disagree about its clock: counted as wrong"""

_COUNTS = ("asked", "right", "", "wrong", "", "not found", "", "by guess", "GeoNames", "there", "disputed")
_HEAD = ("set", *_COUNTS, "asked for", "")
_LEFT = (0, len(_HEAD) - 2, len(_HEAD) - 1)


def as_text(scores: Sequence[Score]) -> str:
    """The table and what there is to say of its sets."""
    remarks = [f"{score.case_set.name}: {score.case_set.remark}" for score in scores if score.case_set.remark]
    return "\n\n".join(["\n".join(_table([_HEAD, *map(_row, scores)])), LEGEND, "\n".join(remarks)]).rstrip()


def misses_as_text(score: Score, most: int | None) -> Iterator[str]:
    """Lists of a set's misses and of its answers that are right by chance, the first `most` of each (None: all)."""
    title, asked = score.case_set.title, score.asked
    if score.misses:
        yield _list(f"{title}: {len(score.misses):,} of {asked:,} missed", score.misses, most)
    if score.elsewhere:
        yield _list(f"{title}: {len(score.elsewhere):,} right, but another place", score.elsewhere, most)


def _list(title: str, answers: Sequence[Answer], most: int | None) -> str:
    shown = answers[:most]
    lines = [title if len(shown) == len(answers) else f"{title}, {len(shown)} shown"]
    for answer in shown:
        note = f" ({answer.case.note})" if answer.case.note else ""
        lines.append(f"  {answer.case.query} → {_got(answer)}; expected {' or '.join(answer.case.zones)}{note}")
    return "\n".join(lines)


def as_json(scores: Sequence[Score], about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, each miss included."""
    return {**about, "sets": [_set_facts(score) for score in scores]}


def _row(score: Score) -> tuple[str, ...]:
    case_set = score.case_set
    counts = [cell for n in (score.right, score.wrong, score.not_found) for cell in (f"{n:,}", f"{score.share(n):.1%}")]
    placed = any(case.points for case in case_set.cases)
    threshold = [f"right ≥ {case_set.least_right:.0%}"] if case_set.least_right is not None else []
    threshold += [f"wrong ≤ {case_set.most_wrong:.1%}"] if case_set.most_wrong is not None else []
    return (
        case_set.title,
        f"{score.asked:,}",
        *counts,
        f"{score.guessed:,}",
        f"{score.share(score.right - score.borrowed):.1%}" if case_set.shared else "",
        f"{score.share(score.there):.1%}" if placed else "",
        f"{score.disputed:,}" if placed else "",
        ", ".join(threshold),
        {True: "met", False: "MISSED", None: ""}[score.passed],
    )


def _got(answer: Answer) -> str:
    if answer.zone is None:
        return f"not found: {answer.problem}"
    if answer.place is None:
        return f"zone {answer.zone}"
    place = answer.place
    named = ", ".join(str(place[key]) for key in ("name", "region", "country_code") if place[key])
    away = "" if answer.distance is None else f", {answer.distance:,.0f} km away"
    return f"{answer.zone}: {named} ({answer.match}, {place['kind']}, {place['population']:,} inhabitants{away})"


def _set_facts(score: Score) -> dict[str, Any]:
    case_set = score.case_set
    return {
        "name": case_set.name,
        "title": case_set.title,
        "remark": case_set.remark,
        "asked": score.asked,
        "right": score.right,
        "wrong": score.wrong,
        "not_found": score.not_found,
        "right_by_guess": score.guessed,
        "right_by_geonames": score.right - score.borrowed,
        "there": score.there,
        "disputed": score.disputed,
        "least_right": case_set.least_right,
        "most_wrong": case_set.most_wrong,
        "passed": score.passed,
        "misses": [_answer_facts(answer) for answer in score.misses],
        "elsewhere": [_answer_facts(answer) for answer in score.elsewhere],
    }


def _answer_facts(answer: Answer) -> dict[str, Any]:
    return {
        "query": answer.case.query,
        "expected": list(answer.case.zones),
        "note": answer.case.note,
        "verdict": answer.verdict,
        "zone": answer.zone,
        "place": answer.place,
        "match": answer.match,
        "distance_km": None if answer.distance is None else round(answer.distance, 1),
        "problem": answer.problem,
    }


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if n in _LEFT else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
