"""Our own pictures: a dozen, well-formed, ours, and the same everywhere."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

from citytime.images.drawing import drawings
from citytime.images.formats import SVG, media_type


def test_there_are_a_dozen_different_ones_in_order_of_their_names() -> None:
    pictures = drawings()
    assert len(pictures) == 12
    assert [picture.name for picture in pictures] == sorted(picture.name for picture in pictures)
    assert len({picture.read().etag for picture in pictures}) == 12


def test_they_pass_the_check_that_an_operators_pictures_must_pass() -> None:
    for picture in drawings():
        image = picture.read()
        assert media_type(image.content) == image.content_type == SVG
        assert len(image.content) < 15_000


def test_they_say_what_they_show_to_those_who_do_not_see_it() -> None:
    for picture in drawings():
        root = ElementTree.fromstring(picture.read().content)
        assert root.get("role") == "img"
        assert root.get("aria-label") == f"H. S., {picture.name}"


def test_every_process_draws_the_same() -> None:
    program = "from citytime.images.drawing import drawings; print(*(d.image.etag for d in drawings()))"
    there = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert there == [picture.image.etag for picture in drawings()]
