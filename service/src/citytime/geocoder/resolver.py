"""Resolving: from what a caller wrote to the place that is most likely meant, and the others that it may mean.

First what the text says literally: a typed code, a name, a name with qualifiers (`resolve`). Only when nothing has
that name is anything guessed: names that begin so, and misspellings (`guess`). Why one place is preferred to another
is ranking.py's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from citytime.domain import Candidate, Match, MatchKind, Place, PlaceQuery, Point, Resolution, distance_km
from citytime.errors import InvalidInput, UnknownPlace
from citytime.geocoder import fuzzy, ranking
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.gazetteer import Gazetteer, Hit, Qualifier
from citytime.geocoder.ranking import NameKind
from citytime.geocoder.reading import Reading, read_code, readings

SOURCE = "gazetteer"
MIN_PREFIX = 3
GUESSED_TERMS = 40
SUGGESTIONS = 5
AMBIGUITY_MARGIN = 1.0
"""A choice is a guess while a rival is within this many powers of ten of the best."""

_MATCHES = {NameKind.PRIMARY: MatchKind.EXACT, NameKind.CODE: MatchKind.CODE}

Scored = tuple[float, Hit, MatchKind]


class Resolver:
    """Resolves queries against one gazetteer. Belongs to the thread that made it, as the gazetteer does."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def resolve(self, query: PlaceQuery) -> Resolution | None:
        """The place that has exactly the code or name of the query; None where no place has it.

        Raises InvalidInput for a `country` that is none, and UnknownPlace for a typed code that no place has.
        """
        if (code := read_code(query.text)) is not None:
            return self._coded(code, query)
        limits = self._limits(query)
        for reading in readings(query.text):
            hits = self._gazetteer.exact(compact(reading.name))
            if hits and (hits := self._qualified(hits, reading, limits)):
                return self._choose([(hit.weight, hit, _match(hit)) for hit in hits], query)
        return None

    def guess(self, query: PlaceQuery) -> Resolution | None:
        """The place whose name begins like the query's or is nearest to it in spelling; None where none is near."""
        limits = self._limits(query)
        for reading in readings(query.text):
            if scored := self._similar(reading, limits):
                return self._choose(scored, query)
        return None

    def search(self, query: PlaceQuery) -> list[Candidate]:
        """Up to `query.limit` places whose name is, begins like, or resembles the text; best first."""
        limits = self._limits(query)
        scored: list[Scored] = []
        for reading in readings(query.text):
            exact = self._qualified(self._gazetteer.exact(compact(reading.name)), reading, limits)
            scored += [(hit.weight, hit, _match(hit)) for hit in exact]
            if scored or not reading.qualifiers:
                scored += self._beginning(reading, limits)
            if scored:
                break
        if len(scored) < query.limit:
            scored += self._misspelt(next(readings(query.text), Reading("")), limits)
        return self._candidates(_ranked(scored, query)[: query.limit], query)

    def unknown(self, query: PlaceQuery) -> UnknownPlace:
        """The error for a query that nothing answers to, with what comes nearest."""
        for reading in readings(query.text):
            for qualifier in reading.qualifiers:
                namesakes = self._gazetteer.exact(compact(reading.name))
                if namesakes and "," in query.text:
                    known = self._gazetteer.qualifiers(compact(qualifier))
                    why = (
                        f"there is none in {qualifier!r}" if known else f"no country or region is called {qualifier!r}"
                    )
                    return UnknownPlace(f"{reading.name!r} is known, but {why}", self._suggestions(namesakes))
        loose = replace(query, country=None, limit=SUGGESTIONS)
        near = [candidate.place for candidate in self.search(loose)]
        return UnknownPlace(
            f"no place is called {query.text!r}", tuple(dict.fromkeys(describe(place) for place in near))
        )

    def place(self, place_id: str, lang: str | None = None) -> Place:
        """The place with a typed id. Raises UnknownPlace."""
        code = read_code(place_id)
        key = None if code is None else self._gazetteer.coded(code)
        place = None if key is None else self._gazetteer.places([key]).get(key)
        if key is None or place is None:
            raise UnknownPlace(f"no place has the id {place_id!r}; ids look like geonames:2267057 or iata:LIS")
        return self._labelled({key: place}, lang)[key]

    def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """The `limit` cities nearest to a point, nearest first."""
        found = dict(self._gazetteer.nearest(point, limit))
        places = self._labelled(self._gazetteer.places(list(found)), lang)
        match = Match(MatchKind.COORDINATES, 1.0, SOURCE)
        return [Candidate(places[key], match, km) for key, km in found.items()]

    # -- from a reading to scored hits ---------------------------------------------------------------------------

    def _limits(self, query: PlaceQuery) -> list[list[Qualifier]]:
        if query.country is None:
            return []
        countries = [q for q in self._gazetteer.qualifiers(compact(fold(query.country))) if q.region is None]
        if not countries:
            raise InvalidInput(f"no country is called {query.country!r}; use a code such as PT, or a name", "country")
        return [countries]

    def _admitted(self, reading: Reading, limits: list[list[Qualifier]]) -> list[list[Qualifier]] | None:
        """All that a place must lie within, each as the list of what a word may mean; None if a word means nothing."""
        admitted = list(limits)
        for text in reading.qualifiers:
            meanings = self._gazetteer.qualifiers(compact(text))
            if not meanings:
                return None
            admitted.append(meanings)
        return admitted

    def _qualified(self, hits: Sequence[Hit], reading: Reading, limits: list[list[Qualifier]]) -> list[Hit]:
        admitted = self._admitted(reading, limits) if hits else None
        if admitted is None:
            return []
        return [hit for hit in hits if all(any(q.admits(hit) for q in meanings) for meanings in admitted)]

    def _similar(self, reading: Reading, limits: list[list[Qualifier]]) -> list[Scored]:
        if reading.qualifiers and self._admitted(reading, limits) is None:
            return []
        return self._beginning(reading, limits) + self._misspelt(reading, limits)

    def _beginning(self, reading: Reading, limits: list[list[Qualifier]]) -> list[Scored]:
        key = compact(reading.name)
        if not key:
            return []
        terms = self._gazetteer.beginning(reading.name.split(), GUESSED_TERMS)
        lengths = {term: len(text.replace(" ", "")) for term, text in self._gazetteer.texts(terms).items()}
        hits = self._qualified(self._gazetteer.named(terms), reading, limits)
        return [
            (hit.weight - ranking.PREFIX_PENALTY * (lengths[hit.term] - len(key)), hit, MatchKind.PREFIX)
            for hit in hits
        ]

    def _misspelt(self, reading: Reading, limits: list[list[Qualifier]]) -> list[Scored]:
        edits = dict(fuzzy.similar(self._gazetteer, compact(reading.name))[:GUESSED_TERMS])
        hits = self._qualified(self._gazetteer.named(list(edits)), reading, limits)
        return [(hit.weight - ranking.TYPO_PENALTY * edits[hit.term], hit, MatchKind.FUZZY) for hit in hits]

    # -- from scored hits to an answer ---------------------------------------------------------------------------

    def _coded(self, code: str, query: PlaceQuery) -> Resolution:
        place = self.place(code, query.lang)
        return Resolution(Candidate(place, Match(MatchKind.CODE, 1.0, SOURCE)))

    def _choose(self, scored: list[Scored], query: PlaceQuery) -> Resolution:
        ranked = _ranked(scored, query)
        best, *others = self._candidates(ranked[: query.limit + 1], query)
        weight, _, kind = ranked[0]
        guessed = kind in (MatchKind.PREFIX, MatchKind.FUZZY)
        close = len(ranked) > 1 and ranked[1][0] > weight - AMBIGUITY_MARGIN
        return Resolution(best, tuple(others), ambiguous=guessed or close)

    def _candidates(self, ranked: list[Scored], query: PlaceQuery) -> list[Candidate]:
        places = self._labelled({hit.key: self._gazetteer.shown(hit) for _, hit, _ in ranked}, query.lang)
        candidates = []
        for number, (weight, hit, kind) in enumerate(ranked):
            rival = ranked[1 if number == 0 else 0][0] if len(ranked) > 1 else None
            score = ranking.confidence(weight, rival)
            distance = None if query.near is None else distance_km(query.near, Point(hit.latitude, hit.longitude))
            candidates.append(Candidate(places[hit.key], Match(kind, round(score, 4), SOURCE), distance))
        return candidates

    def _labelled(self, places: dict[int, Place], lang: str | None) -> dict[int, Place]:
        """The places with names and countries in a language, where the data has them."""
        if lang is None or not places:
            return places
        langs = fallbacks(lang)
        labels = self._gazetteer.labels(list(places), langs)
        return {
            key: replace(
                place,
                name=labels.get(key, place.name),
                country=self._gazetteer.country_label(place.country_code, langs) or place.country,
            )
            for key, place in places.items()
        }

    def _suggestions(self, hits: Iterable[Hit]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(describe(self._gazetteer.shown(hit)) for hit in hits))[:SUGGESTIONS]


def _match(hit: Hit) -> MatchKind:
    return _MATCHES.get(NameKind(hit.kind), MatchKind.ALTERNATE)


def _ranked(scored: list[Scored], query: PlaceQuery) -> list[Scored]:
    """One entry a place, its best; best first, by weight and closeness to `near`, then by id."""
    best: dict[int, Scored] = {}
    for weight, hit, kind in scored:
        near = (
            0.0 if query.near is None else ranking.nearness(distance_km(query.near, Point(hit.latitude, hit.longitude)))
        )
        if hit.key not in best or best[hit.key][0] < weight + near:
            best[hit.key] = (weight + near, hit, kind)
    return sorted(best.values(), key=lambda entry: (-entry[0], -entry[1].population, entry[1].key))


def describe(place: Place) -> str:
    """A place's name with what sets it apart, as it can be asked for again: `Paris, Texas, United States`."""
    parts = [place.name, place.region, place.country]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def fallbacks(lang: str) -> list[str]:
    """A BCP 47 tag and what to try after it (RFC 4647, section 3.4): zh-Hant-TW, zh-Hant, zh."""
    parts = lang.replace("_", "-").split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
