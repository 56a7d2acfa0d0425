"""Superlatives and comparatives, and the end of a column that each asks for."""

from typing import Literal, NamedTuple


class Superlative(NamedTuple):
    """The end of a column that a word asks for, and the headers such a column may have."""

    end: Literal["max", "min"]
    concepts: tuple[str, ...]


_SUPERLATIVES: dict[tuple[str, str], str] = {
    ("max", ""): "most highest largest biggest greatest maximum max top best furthest main leading "
                 "major peak record",
    ("min", ""): "least fewest lowest smallest minimum min worst bottom littlest",
    ("max", "price"): "dearest priciest costliest",
    ("min", "price"): "cheapest",
    ("max", "date"): "latest newest youngest",
    ("min", "date"): "earliest oldest",
    ("max", "duration length"): "longest",
    ("min", "duration length"): "shortest quickest",
    ("max", "height"): "tallest",
    ("max", "depth"): "deepest",
    ("max", "weight"): "heaviest",
    ("min", "weight"): "lightest",
    ("max", "temperature"): "hottest warmest",
    ("min", "temperature"): "coldest coolest",
    ("max", "rain"): "wettest rainiest",
    ("min", "rain"): "driest",
    ("max", "width"): "widest broadest",
    ("min", "width"): "narrowest",
    ("max", "distance"): "farthest",
    ("min", "distance"): "nearest closest",
    ("max", "speed"): "fastest",
    ("min", "speed"): "slowest",
    ("max", "population"): "busiest",
    ("min", "population"): "quietest",
    ("max", "wealth"): "richest",
    ("min", "wealth"): "poorest",
}  # fmt: skip
SUPERLATIVES = {
    word: Superlative(end, tuple(concepts.split()))  # type: ignore[arg-type]
    for (end, concepts), words in _SUPERLATIVES.items()
    for word in words.split()
}
COMPARATIVES: dict[str, Superlative] = {
    word: Superlative(end, tuple(concepts.split()))  # type: ignore[arg-type]
    for (end, concepts), words in {
        ("max", ""): "more higher larger bigger greater better likelier further ahead",
        ("min", ""): "less fewer lower smaller worse behind",
        ("max", "price"): "dearer pricier costlier",
        ("min", "price"): "cheaper",
        ("max", "date"): "later newer younger",
        ("min", "date"): "earlier older sooner",
        ("max", "duration length"): "longer",
        ("min", "duration length"): "shorter quicker",
        ("max", "height"): "taller",
        ("max", "depth"): "deeper",
        ("max", "weight"): "heavier",
        ("min", "weight"): "lighter",
        ("max", "temperature"): "hotter warmer",
        ("min", "temperature"): "colder cooler",
        ("max", "rain"): "wetter",
        ("min", "rain"): "drier",
        ("max", "width"): "wider broader",
        ("min", "width"): "narrower",
        ("max", "distance"): "farther",
        ("min", "distance"): "nearer closer",
        ("max", "speed"): "faster",
        ("min", "speed"): "slower",
    }.items()
    for word in words.split()
}
MOST_ADJECTIVES = {  # "most expensive", "least recent"
    "expensive": "price", "costly": "price", "valuable": "price", "recent": "date",
    "populous": "population", "populated": "population", "common": "quantity",
    "numerous": "quantity", "profitable": "profit", "visited": "visitors", "popular": "visitors",
    "successful": "points", "remote": "distance", "experienced": "age", "productive": "produced",
}  # fmt: skip
EXTREME_SPEED_IN_TIME = {"fastest": "min", "slowest": "max", "faster": "min", "slower": "max"}
# What questions and headers call one thing. A phrase of several words is written with "_".
