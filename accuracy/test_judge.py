# ruff: noqa: S101, D102, D103
"""Tests of the judging and of the sets; run by `pytest accuracy`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rapidfuzz.distance import OSA

from accuracy import misspelt, sets
from accuracy.judge import Answer, Ask, Case, CaseSet, Verdict, ask
from accuracy.origin import GeoNames
from accuracy.score import Score, score
from citytime.domain import Point
from citytime.errors import CitytimeError, InvalidInput, Unavailable, UnknownPlace
from citytime.geocoder.compile.zones import same_clock
from citytime.timezones.zones import all_zones

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LISBON = Point(38.72, -9.14)


class Answers:
    """Answers each query with the zone or the error that it was given; the place is always Lisbon."""

    def __init__(self, answers: Mapping[str, str | CitytimeError], match: str = "exact") -> None:
        self.answers = answers
        self.match = match

    async def time(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self.answers[values["city"]]
        if isinstance(answer, CitytimeError):
            raise answer
        place = {"id": "geonames:1", "latitude": LISBON.latitude, "longitude": LISBON.longitude, "kind": "city"}
        return {"timezone": answer, "place": place, "match": {"kind": self.match}}


def judged(answer: Ask, case: Case) -> Answer:
    return asyncio.run(ask(answer, case, NOW))


def scored(case_set: CaseSet, answers: list[Answer], *, known: bool = True) -> Score:
    return score(case_set, answers, lambda name, place: known)


def case_set(**changes: Any) -> CaseSet:
    return replace(CaseSet("set", "a set", ()), **changes)


def test_another_zone_with_the_same_clock_is_right() -> None:
    assert judged(Answers({"Oslo": "Europe/Berlin"}).time, Case("Oslo", ("Europe/Oslo",))).verdict is Verdict.RIGHT


def test_the_same_offset_in_summer_only_is_wrong() -> None:
    assert judged(Answers({"Cairo": "Africa/Tripoli"}).time, Case("Cairo", ("Africa/Cairo",))).verdict is Verdict.WRONG


def test_any_of_several_zones_is_right() -> None:
    case = Case("Portland", ("America/New_York", "America/Los_Angeles"), "US")
    assert judged(Answers({"Portland,US": "America/Los_Angeles"}).time, case).verdict is Verdict.RIGHT


@pytest.mark.parametrize("error", [UnknownPlace("no place"), InvalidInput("too long", "city")])
def test_what_a_caller_sees_as_no_answer_is_not_found(error: CitytimeError) -> None:
    answer = judged(Answers({"Xyz": error}).time, Case("Xyz", ("UTC",)))
    assert (answer.verdict, answer.problem) == (Verdict.NOT_FOUND, str(error))


def test_an_outage_ends_the_measurement() -> None:
    with pytest.raises(Unavailable):
        judged(Answers({"Xyz": Unavailable("down", "geocoder")}).time, Case("Xyz", ("UTC",)))


def test_a_wrong_clock_at_the_right_place_is_disputed() -> None:
    case = Case("Lisbon", ("Europe/Madrid",), points=(Point(38.8, -9.1),))
    result = scored(case_set(), [judged(Answers({"Lisbon": "Europe/Lisbon"}).time, case)])
    assert (result.wrong, result.there, result.disputed) == (1, 1, 1)


def test_the_right_clock_of_another_place_is_told() -> None:
    case = Case("Porto", ("Europe/Lisbon",), points=(Point(41.15, -8.61),))
    result = scored(case_set(), [judged(Answers({"Porto": "Europe/Lisbon"}).time, case)])
    assert (result.right, result.there, len(result.elsewhere)) == (1, 0, 1)


def test_a_name_from_the_sets_own_source_is_borrowed() -> None:
    answers = [judged(Answers({"Lissabon": "Europe/Lisbon"}).time, Case("Lissabon", ("Europe/Lisbon",)))]
    assert scored(case_set(shared=True), answers, known=False).borrowed == 1
    assert scored(case_set(shared=True), answers, known=True).borrowed == 0
    assert scored(case_set(shared=False), answers, known=False).borrowed == 0


def test_a_guess_borrows_nothing() -> None:
    answers = [judged(Answers({"Lisbn": "Europe/Lisbon"}, "fuzzy").time, Case("Lisbn", ("Europe/Lisbon",)))]
    result = scored(case_set(shared=True), answers, known=False)
    assert (result.guessed, result.borrowed) == (1, 0)


def test_thresholds_are_of_all_that_was_asked() -> None:
    verdicts = [Verdict.RIGHT] * 8 + [Verdict.WRONG, Verdict.NOT_FOUND]
    answers = [Answer(Case("a", ("UTC",)), verdict) for verdict in verdicts]
    assert scored(case_set(least_right=0.8, most_wrong=0.1), answers).passed is True
    assert scored(case_set(least_right=0.81), answers).passed is False
    assert scored(case_set(most_wrong=0.09), answers).passed is False
    assert scored(case_set(), answers).passed is None


def test_a_threshold_on_nothing_is_missed() -> None:
    assert scored(case_set(least_right=0.5), []).passed is False


@pytest.mark.parametrize("cases_of", [sets.must, sets.cldr, sets.more_cldr, sets.zone_tab, sets.airports])
def test_sets_ask_for_distinct_names_of_known_zones(cases_of: Any) -> None:
    for one in cases_of():
        assert one.cases
        assert all(case.name.strip() and set(case.zones) <= set(all_zones()) for case in one.cases)
        asked = [(case.query, case.zones) for case in one.cases]
        assert len(asked) == len(set(asked))


def test_cldrs_former_zone_names_have_the_place_of_today() -> None:
    (english,) = (one for one in sets.cldr() if one.name == "cldr-en")
    (chuuk,) = (case for case in english.cases if case.zones == ("Pacific/Truk",))
    assert abs(chuuk.points[0].longitude - 151.78) < 0.1


@pytest.fixture(scope="module")
def geonames() -> GeoNames:
    return GeoNames()


def test_capitals_are_the_largest_of_their_name_in_the_country(geonames: GeoNames) -> None:
    (capitals,) = sets.capitals(geonames)
    zones = {case.note: case.zones[0] for case in capitals.cases}
    assert len(zones) > 230
    assert same_clock(zones["PT"], "Europe/Lisbon", NOW)
    assert same_clock(zones["US"], "America/New_York", NOW)


def test_geonames_knows_its_own_names_only(geonames: GeoNames) -> None:
    lisbon = {"id": "geonames:2267057", "name": "Lisbon", "kind": "city"}
    assert geonames.knows("LISBOA", lisbon)
    assert not geonames.knows("Lisbonbon", lisbon)
    assert not geonames.knows("Azores", {"id": "zone:Atlantic/Azores", "name": "Azores", "kind": "area"})


def test_misspellings_are_one_edit_away_and_the_same_each_time(geonames: GeoNames) -> None:
    (first,), (again,) = misspelt.misspelt(geonames), misspelt.misspelt(geonames)
    assert first == again
    assert {OSA.distance(case.name, case.note.rpartition(", ")[0].lower()) for case in first.cases} == {1}
