"""A folder as a library: what is taken, what is left out and why, and what happens when files change."""

from __future__ import annotations

import logging
import os
import socket
import time
from pathlib import Path

import pytest

from citytime.errors import ConfigurationError
from citytime.images.folder import MAX_FILES, FilePicture, open_folder
from tests.images.samples import LAUGHS, SVG, png_header, raster

LIMIT = 100_000


def left_out(caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    """Reasons by file."""
    records = [vars(record) for record in caplog.records if record.getMessage() == "picture left out"]
    assert len(records) == len({record["picture"] for record in records}), "more than one line about a picture"
    return {record["picture"]: record["reason"] for record in records}


def test_pictures_are_taken_by_content_in_order_of_their_names(tmp_path: Path) -> None:
    contents = {"b.jpg": raster("PNG"), "a": raster("JPEG"), "c.png": raster("WEBP"), "d.txt": SVG, ".hidden": b"x"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    pictures = open_folder(tmp_path, LIMIT)
    images = [picture.read() for picture in pictures]
    assert [picture.name for picture in pictures] == ["a", "b.jpg", "c.png", "d.txt"]
    assert [image and image.content_type for image in images] == [
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/svg+xml",
    ]
    assert [image and image.content for image in images] == [contents[picture.name] for picture in pictures]
    assert len({image.etag for image in images if image}) == 4


def test_hostile_files_are_left_out_with_a_line_each(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library, outside = tmp_path / "library", tmp_path / "secret.png"
    library.mkdir()
    outside.write_bytes(raster())
    (library / "good.png").write_bytes(raster())
    (library / "directory.png").mkdir()
    (library / "link.png").symlink_to(outside)
    (library / "passwd.png").symlink_to("/etc/passwd")
    (library / "zero.png").symlink_to("/dev/zero")
    (library / "loop.png").symlink_to("loop.png")
    (library / "dangling.png").symlink_to("nothing.png")
    os.mkfifo(library / "fifo.png")
    (library / "laughs.svg").write_bytes(LAUGHS)
    (library / "huge.png").write_bytes(png_header(100_000, 100_000))
    (library / "large.png").write_bytes(raster() + bytes(LIMIT))
    (library / "truncated.jpg").write_bytes(raster("JPEG")[:200])
    (library / "empty.png").write_bytes(b"")
    (library / "notes.txt").write_text("remember the milk")
    (library / "odd\nna\udcffme.png").write_bytes(b"x")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(library, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/socket.png")
        os.close(here)
        pictures = open_folder(library, LIMIT)
    assert [picture.name for picture in pictures] == ["good.png"]
    reasons = left_out(caplog)
    assert set(reasons) == {entry.name for entry in library.iterdir()} - {"good.png"}
    for name, reason in {
        "directory.png": "no regular file",
        "link.png": "out of the folder",
        "passwd.png": "out of the folder",
        "zero.png": "out of the folder",
        "loop.png": "cannot be read",
        "dangling.png": "No such file",
        "fifo.png": "no regular file",
        "socket.png": "no regular file",
        "laughs.svg": "DOCTYPE",
        "huge.png": "too many pixels",
        "large.png": "CITYTIME_IMAGE_LIMIT",
        "truncated.jpg": "decode",
        "empty.png": "empty",
        "notes.txt": "neither PNG",
    }.items():
        assert reason in reasons[name]


def test_links_within_the_folder_are_followed_as_config_maps_need_it(tmp_path: Path) -> None:
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "a.png").write_bytes(raster())
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "a.png").symlink_to("..data/a.png")
    assert [picture.name for picture in open_folder(tmp_path, LIMIT)] == ["a.png"]


def test_a_folder_that_is_a_link_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.png").write_bytes(raster())
    (tmp_path / "link").symlink_to("real")
    assert open_folder(tmp_path / "link", LIMIT)


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.write_text("x"), "Not a directory"),
        (lambda path: path.mkdir(), "no picture"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
def test_a_folder_without_pictures_is_an_error_that_names_the_setting(
    tmp_path: Path, prepare: object, why: str
) -> None:
    path = tmp_path / "library"
    prepare(path)  # type: ignore[operator]
    with pytest.raises(ConfigurationError) as error:
        open_folder(path, LIMIT)
    assert "CITYTIME_IMAGES_FOLDER" in str(error.value)
    assert why in str(error.value)
    assert "leave the setting empty" in str(error.value)


def test_the_number_of_files_is_bounded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(MAX_FILES + 2):
        (tmp_path / f"{number:05}").write_bytes(SVG)
    pictures = open_folder(tmp_path, LIMIT)
    assert [picture.name for picture in pictures] == [f"{number:05}" for number in range(MAX_FILES)]
    assert [record.getMessage() for record in caplog.records] == ["pictures left out"]


def test_a_picture_that_changes_is_checked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(raster())
    (picture,) = open_folder(tmp_path, LIMIT)
    before = picture.read()
    path.write_bytes(raster("WEBP", colour="red"))
    after = picture.read()
    assert before
    assert after
    assert (before.content_type, after.content_type) == ("image/png", "image/webp")
    assert before.etag != after.etag
    assert not caplog.records


def test_a_picture_that_spoils_or_vanishes_is_left_out_until_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, good = tmp_path / "a.png", raster()
    path.write_bytes(good)
    (picture,) = open_folder(tmp_path, LIMIT)
    reasons = []
    for spoil in (path.unlink, lambda: path.write_bytes(b"spoilt"), lambda: path.write_bytes(bytes(LIMIT + 1))):
        spoil()
        caplog.clear()
        assert [picture.read() for _ in range(3)] == [None] * 3
        reasons += left_out(caplog).values()
        path.write_bytes(good)
        image = picture.read()
        assert image is not None
        assert image.content == good
    assert [reason.split(":")[0] for reason in reasons] == [
        "it cannot be read",
        "neither PNG, JPEG, WebP nor SVG",
        f"larger than {LIMIT} bytes (CITYTIME_IMAGE_LIMIT)",
    ]


def test_what_was_found_broken_is_not_decoded_again(tmp_path: Path) -> None:
    slow = raster("PNG", (4000, 4000))[:-5000]  # decoded up to where the rest is missing
    (tmp_path / "a.png").write_bytes(slow)
    picture = FilePicture(tmp_path.resolve(), "a.png", LIMIT)

    def seconds() -> float:
        started = time.process_time()
        assert picture.read() is None
        return time.process_time() - started

    assert seconds() > 10 * seconds()


def test_no_content_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "a.png").write_bytes(raster())
    (picture,) = open_folder(tmp_path, LIMIT)
    assert not any(isinstance(value, bytes) for value in vars(picture).values())
