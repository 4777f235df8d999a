"""Online geocoders by the names geopy has for them, built as the settings say.

Importing this module imports geopy.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service

from citytime.errors import ConfigurationError
from citytime.geocoder.adapter import TornadoAdapter
from citytime.settings import Settings

_OURS = {"timeout": "CITYTIME_GEOCODER_TIMEOUT", "user_agent": "CITYTIME_USER_AGENT"}


def check_names(key: str, names: Iterable[str]) -> None:
    """Raise ConfigurationError for a name in the setting `key` that geopy does not have."""
    for name in names:
        if name not in SERVICE_TO_GEOCODER:
            close = difflib.get_close_matches(name, SERVICE_TO_GEOCODER, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            known = ", ".join(sorted(SERVICE_TO_GEOCODER))
            raise ConfigurationError(f"{key}: {name!r} is no geocoder of geopy's{hint}; those are {known}")


def make_provider(service: str, settings: Settings) -> Any:
    """The geopy geocoder of this name, asynchronous. Raises ConfigurationError if its options do not fit."""
    options = settings.geocoder_options.get(service, {})
    for option, key in _OURS.items():
        if option in options:
            raise ConfigurationError(f"CITYTIME_GEOCODER_OPTIONS: {service}: {option} is set by {key}")
    try:
        return get_geocoder_for_service(service)(
            user_agent=settings.user_agent, adapter_factory=TornadoAdapter, **options
        )
    except Exception as error:  # a constructor handed values of the wrong kind raises whatever it stumbles over
        raise ConfigurationError(f"CITYTIME_GEOCODER_OPTIONS: {service}: {error}") from error
