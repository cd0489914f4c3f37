import zipfile

import pytest

from tests.languages.translation.make_argos import FOLDER, PAIRS, make


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_committed_packages_are_what_the_script_makes(pair, tmp_path):
    made = make(tmp_path / "made.argosmodel", *pair, PAIRS[pair])
    kept = FOLDER / f"translate-{pair[0]}_{pair[1]}.argosmodel"
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(kept) as old:
        assert {i.filename: new.read(i) for i in new.infolist()} == {
            i.filename: old.read(i) for i in old.infolist()
        }


def test_they_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000
