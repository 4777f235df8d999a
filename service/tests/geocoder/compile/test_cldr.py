"""CLDR: names of zones and territories, under the zones' names of today."""

from __future__ import annotations

import pytest

from citytime.geocoder.compile.cldr import cldr_version, languages, read_cldr, written_variants
from citytime.timezones.zones import all_zones


def test_zones_have_the_names_that_iana_uses_today() -> None:
    zones, _ = read_cldr(["ru"])
    assert zones["Asia/Kolkata"]["ru"] == "Калькутта"
    assert zones["Africa/Asmara"]["ru"] == "Асмэра"
    assert zones["Africa/Nairobi"]["ru"] == "Найроби"
    assert zones["Pacific/Pohnpei"]["ru"] == "Понпеи"
    assert zones["Pacific/Guadalcanal"]["ru"] == "Гуадалканал"
    assert not {"Asia/Calcutta", "Africa/Asmera", "Pacific/Ponape"} & set(zones)
    assert {zone for zone in zones if zone.startswith("Etc/")} <= {"Etc/UTC", "Etc/Unknown"}
    assert set(zones) - set(all_zones()) == {"Etc/Unknown"}


def test_territories_have_a_name_a_language() -> None:
    _, territories = read_cldr(["de", "pt_PT"])
    assert territories["PT"] == {"de": "Portugal", "pt-PT": "Portugal"}
    assert territories["CI"]["de"] == "Côte d’Ivoire"
    assert all(len(code) == 2 and code.isalpha() for code in territories)


def test_languages_differ_in_language_or_script() -> None:
    found = languages()
    assert {"en", "pt", "pt_PT", "zh_Hant", "sr_Latn"} <= set(found)
    assert not {"root", "en_US", "de_AT", "zh_Hant_TW"} & set(found)


@pytest.mark.parametrize(
    ("name", "variants"),
    [
        ("Lisbon", ["Lisbon"]),
        ("Myanmar (Burma)", ["Myanmar (Burma)", "Myanmar"]),
        ("Beulah, North Dakota", ["Beulah, North Dakota", "Beulah"]),
        ("北达科他州、比尤拉", ["北达科他州、比尤拉", "北达科他州"]),
        ("(X)", ["(X)"]),
    ],
)
def test_names_are_written_with_and_without_what_explains_them(name: str, variants: list[str]) -> None:
    assert list(written_variants(name)) == variants


def test_the_version_is_that_of_the_package() -> None:
    assert cldr_version().startswith("babel-2.")
