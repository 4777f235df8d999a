"""Places as sources describe them: their names, folded, each with its strongest kind."""

from __future__ import annotations

import pytest

from citytime.geocoder.compile.records import SourcePlace, alternate_kind
from citytime.geocoder.ranking import NameKind


def a_place(name: str = "New York") -> SourcePlace:
    return SourcePlace(1, name, 0.0, 0.0, "US", "US.NY", 1000)


def test_a_place_has_its_own_name() -> None:
    assert a_place("St. John’s").names == {"saint johns": NameKind.PRIMARY}


def test_of_names_that_fold_alike_the_strongest_kind_counts() -> None:
    place = a_place()
    place.call("NEW-YORK", NameKind.ALTERNATE)
    place.call("nowy jork", NameKind.ROMANISED)
    place.call("Nowy Jork", NameKind.OFFICIAL)
    assert place.names == {"new york": NameKind.PRIMARY, "nowy jork": NameKind.OFFICIAL}


@pytest.mark.parametrize("name", ["", "  ", "?!", "\u0301"])
def test_what_folds_to_nothing_is_no_name(name: str) -> None:
    place = a_place(name)
    place.call(name, NameKind.ALTERNATE)
    assert place.names == {}
    assert place.called() == set()


def test_what_it_is_called_has_no_spaces() -> None:
    place = a_place()
    place.call("Big Apple", NameKind.ALTERNATE)
    assert place.called() == {"newyork", "bigapple"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Lisboa", NameKind.ALTERNATE),
        ("Лиссабон", NameKind.ALTERNATE),
        ("lshbwnt", NameKind.ROMANISED),
        ("sao paulo", NameKind.ROMANISED),
        ("são paulo", NameKind.ALTERNATE),
        ("LIS", NameKind.CODE),
        ("LA", NameKind.CODE),
        ("TOKYO", NameKind.ALTERNATE),
        ("Å", NameKind.ALTERNATE),
    ],
)
def test_geonames_alternate_names_tell_what_they_are(name: str, kind: NameKind) -> None:
    assert alternate_kind(name) is kind
