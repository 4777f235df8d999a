"""Resolving: from what a caller wrote to the place that is most likely meant, and the others that it may mean.

First what the text says literally: a typed code, a name, a name with qualifiers (`resolve`). Only when nothing has
that name is anything guessed: names that begin so, and misspellings (`guess`). Why one place is preferred to another
is ranking.py's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from citytime.domain import Candidate, Match, MatchKind, Place, PlaceQuery, Point, Resolution
from citytime.errors import InvalidInput, UnknownPlace
from citytime.geocoder import fuzzy
from citytime.geocoder.answer import SOURCE, Scored, candidates, choose, describe, labelled, ranked
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.gazetteer import Gazetteer, Hit, Qualifier
from citytime.geocoder.ranking import NameKind, guess_penalty, qualified_bonus
from citytime.geocoder.reading import Reading, has_qualifiers, read_code, readings

MIN_PREFIX = 3
"""Letters that a text needs for a name that begins so to be taken for the one meant."""

MAX_WORDS = 16
"""No name has more words."""

GUESSED_NAMES = 40
SUGGESTIONS = 5
QUOTED = 64

_MATCHES = {NameKind.PRIMARY: MatchKind.EXACT, NameKind.CODE: MatchKind.CODE}

Bounds = list[list[Qualifier]]
"""All that a place must lie within; each as the list of what a word may mean."""


class Resolver:
    """Resolves queries against one gazetteer. Belongs to the thread that made it, as the gazetteer does."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._speller = fuzzy.Speller(gazetteer)

    def resolve(self, query: PlaceQuery) -> Resolution | None:
        """The place that has exactly the code or name of the query; None where no place has it.

        Raises InvalidInput for a `country` that is none, and UnknownPlace for a typed code that no place has.
        """
        if (code := read_code(query.text)) is not None:
            place = self.place(code, query.lang)
            return Resolution(Candidate(place, Match(MatchKind.CODE, 1.0, SOURCE)))
        for reading, bounds in self._admitted(query):
            if scored := self._exact(reading, bounds, query):
                return choose(self._gazetteer, scored, query)
        return None

    def guess(self, query: PlaceQuery) -> Resolution | None:
        """The place whose name begins like the query's or is nearest to it in spelling; None where none is near.

        Where commas say what qualifies the name, it is not looked for elsewhere: *el manteco, ve* is not Lane Cove.
        """
        scored: list[Scored] = []
        qualified = has_qualifiers(query.text)
        for reading, bounds in self._admitted(query):
            if qualified and not reading.qualifiers:
                continue
            if len(compact(reading.name)) >= MIN_PREFIX:
                scored += self._beginning(reading, bounds, query)
            scored += self._misspelt(reading, bounds, query)
        return choose(self._gazetteer, scored, query) if scored else None

    def search(self, query: PlaceQuery) -> list[Candidate]:
        """Up to `query.limit` places whose name is, begins like, or resembles the text; best first."""
        admitted = list(self._admitted(query))
        literal = (self._exact(*entry, query) + self._beginning(*entry, query) for entry in admitted)
        scored = next(filter(None, literal), [])
        if admitted and len(scored) < query.limit:
            scored += self._misspelt(*admitted[0], query)
        return candidates(self._gazetteer, ranked(scored, query)[: query.limit], query)

    def unknown(self, query: PlaceQuery) -> UnknownPlace:
        """The error for a query that nothing answers to, with what comes nearest."""
        reading = next(readings(query.text), Reading(""))
        loose = replace(query, country=None, limit=SUGGESTIONS)
        namesakes = self._exact(Reading(reading.name), [], loose) if reading.qualifiers or query.country else []
        if namesakes:
            strange = [text for text in reading.qualifiers if not self._gazetteer.qualifiers(compact(text))]
            within = ", ".join(filter(None, (*reading.qualifiers, query.country)))
            why = f"no country or region is called {_quoted(strange[0])}" if strange else f"not in {_quoted(within)}"
            message = f"{_quoted(reading.name)} is known, but {why}"
            found = candidates(self._gazetteer, ranked(namesakes, loose)[:SUGGESTIONS], loose)
        else:
            message = f"no place is called {_quoted(query.text)}"
            found = self.search(loose)
        return UnknownPlace(message, tuple(dict.fromkeys(describe(candidate.place) for candidate in found)))

    def place(self, place_id: str, lang: str | None = None) -> Place:
        """The place with a typed id. Raises UnknownPlace."""
        code = read_code(place_id)
        key = None if code is None else self._gazetteer.coded(code)
        places = {} if key is None else labelled(self._gazetteer, self._gazetteer.places([key]), lang)
        if not places:
            raise UnknownPlace(f"no place has the id {_quoted(place_id)}; ids look like geonames:2267057 or iata:LIS")
        return next(iter(places.values()))

    def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """The `limit` cities nearest to a point, nearest first."""
        found = dict(self._gazetteer.nearest(point, limit))
        places = labelled(self._gazetteer, self._gazetteer.places(list(found)), lang)
        match = Match(MatchKind.COORDINATES, 1.0, SOURCE)
        return [Candidate(places[key], match, km) for key, km in found.items()]

    # -- from a query to scored hits -----------------------------------------------------------------------------

    def _admitted(self, query: PlaceQuery) -> Iterator[tuple[Reading, Bounds]]:
        """The readings of a query whose qualifiers all mean something, each with where its place must lie."""
        country: Bounds = []
        if query.country is not None:
            country = [[q for q in self._gazetteer.qualifiers(compact(fold(query.country))) if q.region is None]]
            if not country[0]:
                raise InvalidInput(
                    f"no country is called {_quoted(query.country)}; use a code such as PT, or a name", "country"
                )
        for reading in readings(query.text):
            bounds = [self._gazetteer.qualifiers(compact(text)) for text in reading.qualifiers]
            if all(bounds):
                yield reading, country + bounds

    def _exact(self, reading: Reading, bounds: Bounds, query: PlaceQuery) -> list[Scored]:
        scored = []
        for hit in self._called([compact(reading.name)], bounds, query):
            kind = NameKind(hit.kind)
            bonus = qualified_bonus(kind, served=bool(hit.served)) if bounds else 0.0
            scored.append(Scored(hit.weight + bonus, hit, _MATCHES.get(kind, MatchKind.ALTERNATE)))
        return scored

    def _beginning(self, reading: Reading, bounds: Bounds, query: PlaceQuery) -> list[Scored]:
        words = reading.name.split()
        if len(words) > MAX_WORDS:
            return []
        length = len(compact(reading.name))
        hits = self._called(self._gazetteer.beginning(words, GUESSED_NAMES), bounds, query)
        return [
            Scored(
                hit.weight - guess_penalty(NameKind(hit.kind), missing=len(hit.called) - length),
                hit,
                MatchKind.PREFIX,
                length / len(hit.called),
            )
            for hit in hits
            if len(hit.called) >= length  # one word of a name may answer to two of the query: *pari p* is not Pari
        ]

    def _misspelt(self, reading: Reading, bounds: Bounds, query: PlaceQuery) -> list[Scored]:
        key = compact(reading.name)
        edits = self._speller.similar(key, GUESSED_NAMES)
        return [
            Scored(
                hit.weight - guess_penalty(NameKind(hit.kind), edits=edits[hit.called]),
                hit,
                MatchKind.FUZZY,
                1 - edits[hit.called] / len(key),
            )
            for hit in self._called(list(edits), bounds, query)
        ]

    def _called(self, names: list[str], bounds: Bounds, query: PlaceQuery) -> list[Hit]:
        """The places with one of the names that lie within the bounds.

        Where only the weight decides, no more of each name's places are fetched than can be shown: some have hundreds.
        """
        free = not bounds and query.near is None
        hits = self._gazetteer.called(names, query.limit + 1 if free else None)
        return [hit for hit in hits if all(any(q.admits(hit) for q in meanings) for meanings in bounds)]


def _quoted(text: str) -> str:
    return repr(text if len(text) <= QUOTED else text[: QUOTED - 1] + "…")
