import io
import json
import stat
import struct
import zipfile

import pytest

from errors import DataError
from languages.translation import install as module
from languages.translation.install import hash_of, install
from languages.translation.packages import Packages
from languages.translation.translator import Translator
from tests.languages.translation.make_argos import FOLDER, FR_EN, make

PACKAGE = FOLDER / "translate-fr_en.argosmodel"
ROOT = "translate-fr_en-1_0"


@pytest.fixture
def packages(tmp_path):
    return Packages(tmp_path / "home")


@pytest.fixture
def changed(tmp_path):
    """The package with members changed (None: left out) or added; entries may be ZipInfo."""

    def build(members=None, extra=()):
        path = tmp_path / "changed.argosmodel"
        with zipfile.ZipFile(PACKAGE) as old, zipfile.ZipFile(path, "w") as new:
            for info in old.infolist():
                content = (members or {}).get(
                    info.filename.removeprefix(f"{ROOT}/"), old.read(info)
                )
                if content is not None:
                    new.writestr(info.filename, content)
            for info, content in extra:
                new.writestr(info, content)
        return path

    return build


def nothing_is_there(packages):
    return packages.pairs() == [] and not list(packages.folder.glob("*"))


def test_a_package_is_installed_and_works(packages):
    done = install(PACKAGE, packages, {hash_of(PACKAGE)})
    assert (done.source, done.target, done.version, done.sha256) == (
        "fr",
        "en",
        "1.0",
        hash_of(PACKAGE),
    )
    assert done.folder.name == f"fr_en-{done.sha256[:12]}"
    assert packages.installed() == {("fr", "en"): done}
    assert Translator(packages).translate("Bonjour", "fr", "en").text == "Hello"
    assert not list(packages.home.glob(".new-*"))


def test_another_hash_is_refused(packages):
    with pytest.raises(DataError, match=hash_of(PACKAGE)):
        install(PACKAGE, packages, {"0" * 64})
    with pytest.raises(DataError, match="not a known one"):
        install(PACKAGE, packages, set())
    assert nothing_is_there(packages)


def test_again_is_the_same_and_a_newer_one_takes_its_place(packages, tmp_path):
    first = install(PACKAGE, packages, None)
    assert install(PACKAGE, packages, None).folder == first.folder
    newer = make(tmp_path / "newer.argosmodel", "fr", "en", FR_EN | {"Bonjour": "Morning"}, "1.1")
    done = install(newer, packages, None)
    assert [one.name for one in packages.folder.iterdir()] == [done.folder.name]
    assert packages.installed()["fr", "en"].version == "1.1"
    assert Translator(packages).translate("Bonjour", "fr", "en").text == "Morning"


def test_a_translator_takes_up_what_is_installed_meanwhile(packages, tmp_path):
    translator = Translator(packages)
    assert translator.translate("Bonjour", "fr", "en").text == "Bonjour"
    install(PACKAGE, packages, None)
    assert translator.translate("Bonjour", "fr", "en").text == "Hello"
    install(make(tmp_path / "b.argosmodel", "fr", "en", {"Bonjour": "Morning"}), packages, None)
    assert translator.translate("Bonjour", "fr", "en").text == "Morning"


def test_an_installation_that_fails_leaves_the_one_before(packages, changed):
    before = install(PACKAGE, packages, None)
    with pytest.raises(DataError):
        install(changed({"model/model.bin": b"nothing"}), packages, None)
    assert packages.installed() == {("fr", "en"): before}
    assert Translator(packages).translate("Bonjour", "fr", "en").text == "Hello"
    assert not list(packages.home.glob(".new-*"))


def test_data_of_splitters_is_left_in_the_archive(packages, changed):
    extra = [(f"{ROOT}/stanza/fr/tokenize/gsd.pt", b"pickle"), (f"{ROOT}/minisbd/fr.onnx", b"x"),
             (f"{ROOT}/model/", b"")]  # fmt: skip
    done = install(changed(extra=extra), packages, None)
    assert {path.name for path in done.folder.iterdir()} == {
        "metadata.json", "README.md", "model", "sentencepiece.model", "installed.json"
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "../evil", f"{ROOT}/../../evil", "/etc/evil", f"{ROOT}//evil", f"{ROOT}/./metadata.json",
        f"{ROOT}\\..\\evil", "C:/evil", f"{ROOT}/model/evil.py", f"{ROOT}/evil", "other/metadata.json",
        f"{ROOT}/stanza/../../evil", ".hidden/metadata.json", f"{ROOT}/metadata.json", "evil",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_member_that_has_no_place_refuses_all(packages, changed, name, tmp_path):
    info = zipfile.ZipInfo("x")
    info.filename = name  # as it would stand in a file that somebody made by hand
    with pytest.raises(DataError, match=r"changed\.argosmodel"):
        install(changed(extra=[(info, b"evil")]), packages, None)
    assert nothing_is_there(packages)
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(packages, changed, kind):
    info = zipfile.ZipInfo(f"{ROOT}/model/vmap.txt")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    with pytest.raises(DataError, match="link or no ordinary file"):
        install(changed(extra=[(info, b"/etc/passwd")]), packages, None)
    assert nothing_is_there(packages)


def test_an_encrypted_member_is_refused(packages, tmp_path):
    content = bytearray(PACKAGE.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", 1)
    path = tmp_path / "encrypted.argosmodel"
    path.write_bytes(content)
    with pytest.raises(DataError, match="encrypted"):
        install(path, packages, None)


METADATA = json.loads(zipfile.ZipFile(PACKAGE).read(f"{ROOT}/metadata.json"))


@pytest.mark.parametrize(
    "metadata",
    [
        b"", b"[]", b"{", b"\xff", b" " * 100_000,
        *(json.dumps(METADATA | change).encode() for change in (
            {"from_code": "../x"}, {"from_code": None}, {"to_code": "EN"}, {"to_code": "fr"},
            {"type": "sbd"}, {"package_version": "../../1"},
        )),
        None,
    ],
)  # fmt: skip
def test_metadata_that_name_no_two_languages(packages, changed, metadata):
    with pytest.raises(DataError, match=r"metadata|into itself"):
        install(changed({"metadata.json": metadata}), packages, None)
    assert nothing_is_there(packages)


@pytest.mark.parametrize(
    "member", ["model/model.bin", "sentencepiece.model", "model/shared_vocabulary.json"]
)
@pytest.mark.parametrize("content", [None, b"", b"broken"])
def test_a_model_that_does_not_work_is_not_installed(packages, changed, member, content):
    with pytest.raises(DataError, match="not a model that works"):
        install(changed({member: content}), packages, None)
    assert nothing_is_there(packages)


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18, PACKAGE.read_bytes()[:9000]]
)
def test_what_is_no_package(packages, tmp_path, content):
    path = tmp_path / "some.argosmodel"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"some\.argosmodel"):
        install(path, packages, None)
    assert nothing_is_there(packages)


def test_a_damaged_member(packages, tmp_path):
    content = bytearray(PACKAGE.read_bytes())
    content[12_000] ^= 0xFF
    path = tmp_path / "damaged.argosmodel"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a package"):
        install(path, packages, None)


def test_a_file_that_is_not_there(packages, tmp_path):
    with pytest.raises(DataError, match=r"none\.argosmodel: cannot be read"):
        install(tmp_path / "none.argosmodel", packages, None)


def test_more_than_a_package_may_hold(packages, changed, monkeypatch):
    monkeypatch.setattr(module, "_MOST_UNPACKED", 100_000)
    with pytest.raises(DataError, match="unpacked"):
        install(PACKAGE, packages, None)
    monkeypatch.setattr(module, "_MOST_MEMBERS", 3)
    with pytest.raises(DataError, match="members"):
        install(PACKAGE, packages, None)
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(DataError, match="more than 0 MB"):
        install(PACKAGE, packages, None)
    assert nothing_is_there(packages)


def test_a_bomb_is_stopped_by_what_it_unpacks_to(packages, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_UNPACKED", 10_000_000)
    path, zeros = tmp_path / "bomb.argosmodel", io.BytesIO(bytes(50_000_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ROOT}/model/model.bin", zeros.getvalue())
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="unpacked"):
        install(path, packages, None)


def test_a_marker_that_somebody_changed_is_left_out(home, caplog):
    packages = Packages(home)
    (package,) = packages.route("fr", "en")
    (package.folder / "installed.json").write_text("{}")
    (home / "packages/stray").mkdir()
    assert Packages(home).pairs() == [("ar", "en"), ("ar", "fr"), ("en", "ar"), ("en", "fr")]
    assert package.folder.name in caplog.text
