"""A small dump in GeoNames' format: real places with their real coordinates, chosen to be mistaken for one another.

`GeonamesDump().write(folder)` makes the three files that `citytime gazetteer build --from` reads, as .txt or .zip.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MODIFIED = "2026-05-04"

_CITIES = """
2988507|Paris|FR|11|48.85341|2.3488|2138551|Europe/Paris|C|ja=パリ,ru=Париж,zh=巴黎,it=Parigi,=Lutetia
4717560|Paris|US|TX|33.66094|-95.55551|24782|America/Chicago||ru=Парис
2643743|London|GB|ENG|51.50853|-0.12574|8961989|Europe/London|C|fr=Londres,ru=Лондон,ar=لندن,el=Λονδίνο,iata=LON
6058560|London|CA|08|42.98339|-81.23304|422324|America/Toronto||ru=Лондон
4298960|London|US|KY|37.12898|-84.08326|8126|America/New_York||
5128581|New York City|US|NY|40.71427|-74.00597|8804190|America/New_York||en=New York,ru=Нью-Йорк,iata=NYC,=Big Apple
4250542|Springfield|US|IL|39.80172|-89.64371|114394|America/Chicago||
4951788|Springfield|US|MA|42.10148|-72.58981|154341|America/New_York||
4409896|Springfield|US|MO|37.21533|-93.29824|170188|America/Chicago||
4525353|Springfield|US|OH|39.92423|-83.80882|59680|America/New_York||
5754005|Springfield|US|OR|44.04624|-123.02203|60870|America/Los_Angeles||
3621849|San José|CR|08|9.93388|-84.08489|335007|America/Costa_Rica|C|
5392171|San Jose|US|CA|37.33939|-121.89496|997368|America/Los_Angeles||
1689510|San Jose|PH|41|12.35275|121.06761|143495|Asia/Manila||
2267057|Lisbon|PT|14|38.72509|-9.1498|517802|Europe/Lisbon|C|pt=Lisboa,fr=Lisbonne,ru=Лиссабон,de=Lissabon,=lshbwnt
2740313|Covilhã|PT|06|40.28106|-7.50504|17610|Europe/Lisbon||
2735943|Porto|PT|17|41.1485|-8.61097|252687|Europe/Lisbon||en=Oporto
1850147|Tokyo|JP|40|35.6895|139.69171|9733276|Asia/Tokyo|C|ja=東京,de=Tokio,ru=Токио,=Edo
1857910|Kyoto|JP|22|35.02107|135.75385|1463723|Asia/Tokyo||ja=京都
524901|Moscow|RU|48|55.75204|37.61781|10381222|Europe/Moscow|C|ru=Москва,de=Moskau,ar=موسكو
5601538|Moscow|US|ID|46.73239|-117.00017|25060|America/Los_Angeles||
498817|Saint Petersburg|RU|66|59.93863|30.31413|5351935|Europe/Moscow||ru=Санкт-Петербург,=Leningrad
4171563|St. Petersburg|US|FL|27.77086|-82.67927|257083|America/New_York||
1816670|Beijing|CN|22|39.9075|116.39723|18960744|Asia/Shanghai|C|zh=北京,=Peking
1529102|Ürümqi|CN|13|43.80096|87.60046|3029372|Asia/Urumqi||zh=乌鲁木齐
1275339|Mumbai|IN|16|19.07283|72.88261|12691836|Asia/Kolkata||hi=मुंबई,=Bombay
1273294|Delhi|IN|07|28.65195|77.23149|11034555|Asia/Kolkata||=Dili
1645457|Dili|TL|DI|-8.55861|125.57361|150000|Asia/Dili|C|
1176615|Islamabad|PK|08|33.72148|73.04329|601600|Asia/Karachi|C|
1205733|Chattogram|BD|84|22.3384|91.83168|3920222|Asia/Dhaka||=Islamabad,=Chittagong
264371|Athens|GR|ESYE31|37.98376|23.72784|664046|Europe/Athens|C|el=Αθήνα
4180386|Athens|US|GA|33.96095|-83.37794|127315|America/New_York||
4140963|Washington|US|DC|38.89511|-77.03637|689545|America/New_York|C|=Washington D.C.
703448|Kyiv|UA|12|50.45466|30.5238|2952301|Europe/Kyiv|C|uk=Київ,ru=Киев,=Kiev
745044|Istanbul|TR|34|41.01384|28.94966|15701602|Europe/Istanbul||tr=İstanbul,=Constantinople
360630|Cairo|EG|11|30.06263|31.24967|9606916|Africa/Cairo|C|ar=القاهرة,fr=Le Caire
3413829|Reykjavík|IS|39|64.13548|-21.89541|118918|Atlantic/Reykjavik|C|
3448439|São Paulo|BR|27|-23.5475|-46.63611|12400232|America/Sao_Paulo||
1282027|Male|MV|38|4.17521|73.50916|103693|Indian/Maldives|C|
2267827|Funchal|PT|10|32.66568|-16.92547|105795|Atlantic/Madeira||
6941014|Ponta Delgada|PT|23|37.73952|-25.66874|20056|Atlantic/Azores||
4568127|San Juan|PR|127|18.46633|-66.10572|418140|America/Puerto_Rico|C|
3837213|San Juan|AR|18|-31.53726|-68.52568|109123|America/Argentina/San_Juan||
2122104|Petropavlovsk-Kamchatsky|RU|92|53.06393|158.62751|181216|Asia/Kamchatka||ru=Петропавловск-Камчатский
2198148|Suva|FJ|01|-18.13683|178.42531|77366|Pacific/Fiji|C|
2204582|Labasa|FJ|03|-16.4332|179.36451|27949|Pacific/Fiji||
4035413|Apia|WS|10|-13.83333|-171.76666|40407|Pacific/Apia|C|
4030723|Adamstown|PN||-25.06597|-130.10147|46|Pacific/Pitcairn|C|
4346978|Adamstown|US|MD|39.31094|-77.47471|2372|America/New_York||
2729907|Longyearbyen|SJ|21|78.22334|15.64689|2368|Arctic/Longyearbyen|C|
3833367|Ushuaia|AR|23|-54.81084|-68.31591|56825|America/Argentina/Ushuaia||
2127202|Anadyr|RU|15|64.73424|177.5103|15604|Asia/Anadyr||
5856195|Honolulu|US|HI|21.30694|-157.85833|350964|Pacific/Honolulu||
8521718|Bole|CN|13|44.89334|82.06993|235585|Asia/Shanghai||
4266307|Vincennes|US|IN|38.67727|-87.52863|18012|America/Chicago||
3117735|Madrid|ES|29|40.4165|-3.70256|3255944|Europe/Madrid|C|
2867714|Munich|DE|02|48.13743|11.57549|1505005|Europe/Berlin||de=München
2950159|Berlin|DE|16|52.52437|13.41053|3426354|Europe/Berlin|C|
241131|Victoria|SC|26|-4.62001|55.45501|22881|Indian/Mahe|C|
6174041|Victoria|CA|02|48.4359|-123.35155|289625|America/Vancouver||
3573197|Hamilton|BM|03|32.2949|-64.78303|902|Atlantic/Bermuda|C|
5969782|Hamilton|CA|08|43.25011|-79.84963|569353|America/Toronto||
4560349|Philadelphia|US|PA|39.95238|-75.16362|1573916|America/New_York||
3530597|Mexico City|MX|09|19.42847|-99.12766|12294193|America/Mexico_City|C|es=Ciudad de México
2747373|The Hague|NL|11|52.07667|4.29861|474292|Europe/Amsterdam||nl=Den Haag
1880252|Singapore|SG||1.28967|103.85007|5638700|Asia/Singapore|C|zh=新加坡
"""

REGIONS = {
    "CA.08": "Ontario",
    "CN.13": "Xinjiang",
    "FR.11": "Île-de-France",
    "GB.ENG": "England",
    "JP.40": "Tokyo",
    "PT.10": "Madeira",
    "PT.14": "Lisbon",
    "PT.23": "Azores",
    "RU.92": "Kamchatka",
    "US.CA": "California",
    "US.DC": "District of Columbia",
    "US.GA": "Georgia",
    "US.IL": "Illinois",
    "US.NY": "New York",
    "US.TX": "Texas",
}


@dataclass(frozen=True)
class City:
    """A city and its alternate names, each with a language or kind (`iata`), "" for none."""

    key: int
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    capital: bool = False
    names: tuple[tuple[str, str], ...] = ()

    def columns(self) -> list[object]:
        """The 19 columns of the cities' files."""
        plain = ",".join(name for kind, name in self.names if kind != "iata")
        feature = ["P", "PPLC" if self.capital else "PPL"]
        position = [f"{self.latitude}", f"{self.longitude}"]
        codes = [self.country, "", self.region, "", "", ""]
        return [
            *(self.key, self.name, self.name, plain, *position, *feature, *codes),
            *(self.population, "", 0, self.timezone, MODIFIED),
        ]


def _read(line: str) -> City:
    key, name, country, region, latitude, longitude, population, zone, capital, names = line.split("|")
    return City(
        *(int(key), name, country, region, float(latitude), float(longitude), int(population), zone, capital == "C"),
        tuple((kind, other) for kind, _, other in (part.partition("=") for part in names.split(",") if part)),
    )


CITIES = tuple(_read(line) for line in _CITIES.strip().splitlines())


@dataclass(frozen=True)
class GeonamesDump:
    """The contents of a dump."""

    cities: Sequence[City] = CITIES
    regions: dict[str, str] = field(default_factory=lambda: dict(REGIONS))

    def files(self) -> dict[str, str]:
        """The text of each file, by its name without an ending."""
        names = [
            [number, city.key, kind, name, "1" if kind else "", "", "", "", "", ""]
            for number, (city, kind, name) in enumerate((c, *named) for c in self.cities for named in c.names)
        ]
        # Of places that are in no list of cities, as most rows of the real file are.
        names.append([len(names), 1, "en", "Mount Somewhere", "", "", "", "", "", ""])
        regions = [[code, name, name, number] for number, (code, name) in enumerate(self.regions.items())]
        return {
            "cities500": _lines([city.columns() for city in self.cities]),
            "alternateNamesV2": _lines(names),
            "admin1CodesASCII": _lines(regions),
        }

    def write(self, folder: Path, *, zipped: Sequence[str] = ()) -> Path:
        """Write the files to a folder, those in `zipped` as archives."""
        folder.mkdir(parents=True, exist_ok=True)
        for stem, text in self.files().items():
            if stem in zipped:
                with zipfile.ZipFile(folder / f"{stem}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr(f"{stem}.txt", text)
            else:
                (folder / f"{stem}.txt").write_bytes(text.encode())
        return folder


def _lines(rows: Sequence[Sequence[object]]) -> str:
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)
