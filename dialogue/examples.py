"""Rasa's own importer, with the examples read once and merged without needless copies.

Rasa 3.6 reads every example file three times in a training and copies and hashes the whole set at
each of some thirty merges, most of them with an empty one. With tens of thousands of examples
that took longer than the learning itself.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data.training_data import TrainingData

_merge_with_copies = TrainingData.merge


def _merge(self: TrainingData, *others: TrainingData | None) -> TrainingData:
    telling = [data for data in (self, *others) if data is not None and not _says_nothing(data)]
    if len(telling) == 1:
        return telling[0]
    return _merge_with_copies(self, *others)


def _says_nothing(data: TrainingData) -> bool:
    return not any(
        (
            data.training_examples,
            data.entity_synonyms,
            data.regex_features,
            data.lookup_tables,
            data.responses,
        )
    )


class ExamplesImporter(RasaFileImporter):
    """Rasa's file importer; config.yml names it in its place."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all files, read once a process."""
        TrainingData.merge = _merge
        read = tuple((path, Path(path).stat().st_mtime_ns) for path in sorted(self._nlu_files))
        return _read(read, language)


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[str, int], ...], language: str | None) -> TrainingData:
    return training_data_from_paths([path for path, _ in files], language)
