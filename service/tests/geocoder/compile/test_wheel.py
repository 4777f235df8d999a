"""The data packages, and our own tables beside them."""

from __future__ import annotations

from citytime.geocoder.compile.wheel import read_countries, read_table


def test_countries_are_those_of_today() -> None:
    countries = read_countries()
    assert (countries["PT"].code3, countries["PT"].name, countries["PT"].capital) == ("PRT", "Portugal", "Lisbon")
    assert countries["PT"].population > 10_000_000
    assert not {"CS", "AN"} & set(countries)
    assert all(len(code) == 2 and len(country.code3) == 3 for code, country in countries.items())


def test_regions_have_names() -> None:
    regions = {code: name for code, name in read_table("admin1.tsv")}  # noqa: C416 - each row is of two
    assert (regions["US.TX"], regions["CA.08"]) == ("Texas", "Ontario")
    assert all(name and code[2] == "." for code, name in regions.items())


def test_codes_of_regions_are_of_regions_that_there_are() -> None:
    regions = {(code.partition(".")[0], name) for code, name in read_table("admin1.tsv")}
    for country, code, name in read_table("region_codes.tsv"):
        assert code.isupper()
        assert (country, name) in regions
