from __future__ import annotations

from typing import Any

import pytest
from geopy.geocoders import SERVICE_TO_GEOCODER, Nominatim

from citytime.errors import ConfigurationError
from citytime.geocoder.adapter import TornadoAdapter
from citytime.geocoder.provider import check_names, make_provider
from citytime.settings import Settings


def nominatim(**options: Any) -> Any:
    settings = Settings(user_agent="us (me@example.org)", geocoder_options={"nominatim": {"proxies": {}, **options}})
    return make_provider("nominatim", settings)


def test_a_provider_is_the_geopy_class_on_our_transport_under_our_name() -> None:
    provider = nominatim(domain="geo.example.org", scheme="http")
    assert type(provider) is Nominatim
    assert type(provider.adapter) is TornadoAdapter
    assert provider.headers["User-Agent"] == "us (me@example.org)"
    assert provider.api == "http://geo.example.org/search"


@pytest.mark.parametrize(
    "options",
    [{"domian": "x"}, {"domain": 5}, {"scheme": "ftp"}, {"proxies": "proxy:3128"}, {"adapter_factory": "x"}],
    ids=str,
)
def test_options_that_do_not_fit_name_the_setting_and_the_service(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"^CITYTIME_GEOCODER_OPTIONS: nominatim: ."):
        nominatim(**options)


@pytest.mark.parametrize(
    ("option", "key"), [("timeout", "CITYTIME_GEOCODER_TIMEOUT"), ("user_agent", "CITYTIME_USER_AGENT")]
)
def test_what_has_a_setting_of_its_own_is_no_option(option: str, key: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{option} is set by {key}"):
        nominatim(**{option: 1})


def test_a_service_that_needs_a_key_says_so() -> None:
    with pytest.raises(ConfigurationError, match=r"opencage: .*api_key"):
        make_provider("opencage", Settings(geocoder_options={"opencage": {"proxies": {}}}))


def test_an_unknown_name_is_told_with_the_nearest_and_all_known() -> None:
    with pytest.raises(ConfigurationError) as error:
        check_names("CITYTIME_GEOCODERS", ["photon", "nominatum"])
    message = str(error.value)
    assert message.startswith("CITYTIME_GEOCODERS: 'nominatum'")
    assert "did you mean nominatim?" in message
    assert all(name in message for name in SERVICE_TO_GEOCODER)


def test_known_names_pass() -> None:
    check_names("CITYTIME_GEOCODERS", SERVICE_TO_GEOCODER)
