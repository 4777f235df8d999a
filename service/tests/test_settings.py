"""Settings: precedence, errors that help, and documentation that is up to date."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from citytime.errors import ConfigurationError
from citytime.settings import Settings, environment_name, load, show

ROOT = Path(__file__).parents[2]


def test_flag_wins_over_environment_and_environment_over_default():
    assert load({}).port == 8080
    assert load({"CITYTIME_PORT": "1"}).port == 1
    assert load({"CITYTIME_PORT": "1"}, {"port": "2"}).port == 2


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("port", "70000", "a whole number from 0 to 65535"),
        ("port", "http", "a whole number from 0 to 65535"),
        ("request_timeout", "nan", "a number from 0.05 to 300"),
        ("log_level", "loud", "one of debug, info, warning, error"),
        ("trust_proxy", "maybe", "true or false"),
        ("geocoders", "", "geopy service names"),
        ("geocoders", "nominatim,nominatim", "geopy service names"),
        ("user_agent", "two\nlines", "printable text"),
    ],
)
def test_wrong_value_names_key_value_and_what_is_allowed(name: str, value: str, allowed: str):
    key = environment_name(name)
    with pytest.raises(ConfigurationError) as raised:
        load({key: value})
    message = str(raised.value)
    assert message.startswith(f"{key}={value!r} is not allowed: it must be ")
    assert allowed in message


VALKEY_URLS = """
    valkey://cache valkeys://user:p%40ss@cache.example:6380/3 redis://[::1]:1/ rediss://:pass@10.0.0.1
    unix:///run/valkey.sock unix://:pass@/run/valkey.sock?db=2
"""

NO_VALKEY_URLS = """
    cache cache:6379 http://:open-sesame@cache valkey://:open-sesame@ valkey://:open-sesame@cache:99999
    valkey://:open-sesame@cache:0 valkey://:open/sesame@cache valkey://:open-sesame@cache:6379/x
    valkey://:open-sesame@cache?db=1 valkey://:open-sesame@cache#1 valkey://:open-sesame@one@two
    unix://:open-sesame@cache/run/valkey.sock unix:///run/valkey.sock?password=open-sesame VALKEY://cache
"""


@pytest.mark.parametrize("url", VALKEY_URLS.split())
def test_every_way_to_a_shared_store_is_allowed(url: str):
    assert load({"CITYTIME_VALKEY_URL": f" {url} "}).valkey_url == url


@pytest.mark.parametrize("url", NO_VALKEY_URLS.split())
def test_a_wrong_store_is_refused_without_showing_its_password(url: str):
    with pytest.raises(ConfigurationError) as raised:
        load({"CITYTIME_VALKEY_URL": url})
    assert str(raised.value).startswith("CITYTIME_VALKEY_URL is not allowed: it must be a URL such as ")
    assert "sesame" not in str(raised.value)


@pytest.mark.parametrize("options", ["{", '{"google": "open-sesame"}'])
def test_wrong_options_are_refused_without_showing_the_keys_among_them(options: str):
    with pytest.raises(ConfigurationError) as raised:
        load({"CITYTIME_GEOCODER_OPTIONS": options})
    assert str(raised.value).startswith("CITYTIME_GEOCODER_OPTIONS is not allowed: it must be a JSON object of objects")
    assert "sesame" not in str(raised.value)
    assert "sesame" not in repr(load({"CITYTIME_GEOCODER_OPTIONS": '{"google": {"api_key": "open-sesame"}}'}))


def test_a_password_is_not_shown_with_the_settings():
    assert "sesame" not in repr(load({"CITYTIME_VALKEY_URL": "valkey://:open-sesame@cache"}))


def test_wrong_flag_is_named_as_a_flag():
    with pytest.raises(ConfigurationError, match="--admin-port='x' is not allowed"):
        load({}, {"admin_port": "x"})


def test_misspelt_variable_is_an_error_rather_than_ignored():
    with pytest.raises(ConfigurationError, match="CITYTIME_PROT is not a setting"):
        load({"CITYTIME_PROT": "80"})


def test_every_default_is_an_allowed_value_in_its_own_notation():
    defaults = Settings()
    given = {environment_name(f.name): show(getattr(defaults, f.name)) for f in dataclasses.fields(Settings)}
    assert load(given) == defaults


def test_documentation_lists_the_settings_as_they_are():
    script = ROOT / "scripts" / "settings_doc.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
