-- The geo database: written once by `citytime gazetteer build`, opened read-only ever after.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE region (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL);

-- id: GeoNames' number of a city; negative for airports and areas, whose public id is in `code`.
CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT,
    region INTEGER REFERENCES region,
    latitude INTEGER NOT NULL,   -- in hundred-thousandths of a degree, as is longitude
    longitude INTEGER NOT NULL,
    population INTEGER NOT NULL,
    zone INTEGER NOT NULL REFERENCES zone,
    kind TEXT,                   -- PlaceKind; NULL for a city, which nearly all are
    code TEXT,
    capital INTEGER NOT NULL,
    served INTEGER NOT NULL,     -- whether an airport is named for it
    importance INTEGER NOT NULL  -- ranking.importance, in thousandths
);
CREATE TABLE code (code TEXT PRIMARY KEY, place INTEGER NOT NULL REFERENCES place) WITHOUT ROWID;

-- Who is called what: folded names without their spaces, and the places that have them, the likeliest with rank 0.
CREATE TABLE name (
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,
    place INTEGER NOT NULL REFERENCES place,
    kind INTEGER NOT NULL,       -- ranking.NameKind
    PRIMARY KEY (key, rank)
) WITHOUT ROWID;

-- Names that may be guessed at, numbered from 0, the most important first: so a scan in order of number meets the best
-- ones first. Several to a row, with spaces between them; the first has the number id * gazetteer.ROW.
CREATE TABLE term (id INTEGER PRIMARY KEY, keys TEXT NOT NULL);

-- Words of the terms by their numbers, for prefixes; `ascii` leaves letters of other scripts as they are (they are folded already).
CREATE VIRTUAL TABLE word USING fts5(
    text, content='', detail='none', columnsize=0, prefix='1 2 3', tokenize='ascii'
);

-- The terms that misspellings are compared with, by the length of their keys: arrays of little-endian integers, the
-- terms' numbers in 32 bits and ascending, their signatures (signature.py) in 64 bits; each array compressed by zlib.
CREATE TABLE spelling (length INTEGER PRIMARY KEY, terms BLOB NOT NULL, letters BLOB NOT NULL, pairs BLOB NOT NULL);

-- What may follow a name to say which: countries (region is -1) and regions, by every name and code.
CREATE TABLE qualifier (
    key TEXT NOT NULL, country TEXT NOT NULL, region INTEGER NOT NULL, PRIMARY KEY (key, country, region)
) WITHOUT ROWID;

-- Names for display, by language (BCP 47).
CREATE TABLE label (
    place INTEGER NOT NULL REFERENCES place, lang TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL,
    PRIMARY KEY (place, lang)
) WITHOUT ROWID;

-- Where the cities are: by whole degrees of latitude (`band`), and within one by longitude.
CREATE TABLE position (
    band INTEGER NOT NULL, longitude INTEGER NOT NULL, place INTEGER NOT NULL REFERENCES place,
    latitude INTEGER NOT NULL,
    PRIMARY KEY (band, longitude, place)
) WITHOUT ROWID;
