"""Write load/cities.tsv: the cities that the load generator asks for, out of the geo database.

python scripts/load_cities.py [GAZETTEER]
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from citytime.settings import Settings

TARGET = Path(__file__).parents[1] / "load" / "cities.tsv"
COUNT = 1000
LANGUAGES = ("ar", "de", "el", "es", "fr", "he", "hi", "hy", "ja", "ka", "ko", "ru", "th", "zh")
"""Languages whose names are asked for too: together, most scripts that people type."""

HEAD = """# Made by scripts/load_cities.py. Data: GeoNames (CC BY 4.0), Unicode CLDR (Unicode licence).
# GeoNames id, name, zone, latitude, longitude, names in other languages; the most important city first.
"""
CITIES = """
SELECT place.id, place.name, zone.name, latitude / 1e5, longitude / 1e5 FROM place JOIN zone ON zone.id = zone
WHERE kind IS NULL ORDER BY importance DESC, population DESC, place.id LIMIT ?
"""


def main(gazetteer: Path) -> None:
    """Write the file."""
    with closing(sqlite3.connect(f"{gazetteer.resolve().as_uri()}?mode=ro", uri=True)) as database:
        wanted = f"SELECT name FROM label WHERE place = ? AND lang IN ({', '.join('?' * len(LANGUAGES))}) ORDER BY lang"
        with TARGET.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            for number, name, zone, latitude, longitude in database.execute(CITIES, (COUNT,)).fetchall():
                others = dict.fromkeys(other for (other,) in database.execute(wanted, (number, *LANGUAGES)))
                others.pop(name, None)
                file.write(f"{number}\t{name}\t{zone}\t{latitude:.2f}\t{longitude:.2f}\t{'|'.join(others)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Settings().gazetteer)
