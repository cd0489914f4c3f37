"""Makes the tiny Argos packages that the tests install: `python -m tests.languages.translation.make_argos`.

A package is what Argos' own are: a zip with metadata.json, a SentencePiece model and a CTranslate2
transformer. Nothing is trained: the weights are set by hand so that the decoder, at step t, looks at
source position t alone and says that token's pair (itself where it has none). That makes a word-by-word
dictionary that copies what it does not know, in every other respect a model like any other.
"""

import io
import json
import math
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import ctranslate2
import numpy as np
import sentencepiece
from ctranslate2.specs.transformer_spec import TransformerSpec

FOLDER = Path(__file__).resolve().parents[2] / "fixtures/argos"
POSITIONS, CODE = 1024, 64  # positions, and the numbers that tell one from another
CERTAIN = 40.0
SPECIAL = ("<unk>", "<s>", "</s>")
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZàâçéèêëîïôùûœÉÀ0123456789"
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئ٠١٢٣٤٥٦٧٨٩.,;:!?؟،؛()[]{}%€$/@+-'’\"«»&#•"
)
# source words and their pairs, token by token: the grammar is that of the source
FR_EN = {
    "nous": "we", "Nous": "We", "cherchons": "seek", "recrutons": "hire", "un": "a", "une": "a",
    "menuisier": "carpenter", "mécanicien": "mechanic", "à": "in", "pour": "for", "le": "the", "et": "and",
    "chantier": "site", "ans": "years", "d'expérience": "experience", "Salaire": "Pay", "par": "per",
    "mois": "month", "Envoyez": "Send", "votre": "your", "candidature": "application", "Bonjour": "Hello",
    "cherche": "seek", "travail": "work", "Je": "I", "avant": "before", "Poser": "Fit", "des": "the",
    "portes": "doors", "fenêtres": "windows", "demande": "asked", "Contactez": "Contact",
}  # fmt: skip
EN_AR = {
    "we": "نحن", "We": "نحن", "seek": "نبحث", "hire": "نوظف", "a": "عن", "carpenter": "نجار",
    "mechanic": "ميكانيكي", "in": "في", "for": "من", "the": "هذه", "and": "ثم", "site": "الورشة",
    "years": "سنوات", "experience": "الخبرة", "Pay": "الأجر", "per": "لكل", "month": "شهر", "Send": "أرسل",
    "your": "سيرتك", "application": "الذاتية", "Hello": "مرحبا", "work": "عمل", "I": "أنا", "before": "قبل",
    "Fit": "تركيب", "doors": "الأبواب", "windows": "النوافذ", "asked": "مطلوبة", "Contact": "اتصل",
}  # fmt: skip


def reverse(words: dict[str, str]) -> dict[str, str]:
    """The dictionary the other way round; of several words for one, the last."""
    return {target: source for source, target in words.items()}


PAIRS = {
    ("fr", "en"): FR_EN,
    ("en", "fr"): reverse(FR_EN),
    ("en", "ar"): EN_AR,
    ("ar", "en"): reverse(EN_AR),
}


def tokeniser(words: dict[str, str], folder: Path) -> sentencepiece.SentencePieceProcessor:
    """A SentencePiece model that knows each word whole and each letter, in `folder`."""
    whole = sorted({f"▁{word}" for pair in words.items() for word in pair if word})
    text = " ".join([*words, *words.values(), *LETTERS])
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text] * 4), model_writer=model, model_type="char",
        vocab_size=1000, hard_vocab_limit=False, required_chars=LETTERS, character_coverage=1.0, normalization_rule_name="identity",
        user_defined_symbols=whole, minloglevel=2,
    )  # fmt: skip
    (folder / "sentencepiece.model").write_bytes(model.getvalue())
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def _linear(layer, weight):
    layer.weight = weight.astype(np.float32)
    layer.bias = np.zeros(weight.shape[0], np.float32)


def _places():
    """Each position's code, (POSITIONS, CODE): of length 1, sum 0, and like no other's."""
    half = np.repeat([1.0, -1.0], CODE // 2) / math.sqrt(CODE)
    numbers = np.random.default_rng(7)
    return np.stack([numbers.permutation(half) for _ in range(POSITIONS)])


def _norm(layer, size, *, word):
    # What comes in is a position's code and perhaps a word's one: normalising it, and this, undo
    # each other.
    mean = word / size
    layer.gamma = np.full(size, math.sqrt((1 + word) / size - mean * mean), np.float32)
    layer.beta = np.full(size, mean, np.float32)


def _silent(layer, size):
    """A feed-forward layer that adds nothing."""
    _linear(layer.linear_0, np.zeros((8, size)))
    _linear(layer.linear_1, np.zeros((size, 8)))


def model(tokens: list[str], pair: list[int]) -> TransformerSpec:
    """The transformer, of size tokens + CODE, that answers token i with token `pair[i]`."""
    count, size = len(tokens), len(tokens) + CODE
    spec = TransformerSpec.from_config((1, 1), 1, pre_norm=True)
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.add_source_eos = True
    words = np.eye(count, size, dtype=np.float32)
    places = np.hstack([np.zeros((POSITIONS, count)), _places()]).astype(np.float32)
    where = np.diag(np.r_[np.zeros(count), np.ones(CODE)])
    what = np.zeros((size, size))
    what[pair, np.arange(count)] = 1

    encoder, decoder = spec.encoder, spec.decoder
    for part in (encoder, decoder):
        part.scale_embeddings = False
        part.position_encodings.encodings = places
        own = part.layer[0].self_attention
        _linear(own.linear[0], np.zeros((3 * size, size)))
        _linear(own.linear[1], np.zeros((size, size)))
        _silent(part.layer[0].ffn, size)
        _norm(own.layer_norm, size, word=part is encoder)
        _norm(part.layer[0].ffn.layer_norm, size, word=True)
        _norm(part.layer_norm, size, word=True)
    encoder.embeddings[0].weight, decoder.embeddings.weight = words, np.zeros_like(words)

    look = decoder.layer[0].attention
    _norm(look.layer_norm, size, word=False)
    _linear(look.linear[0], where * CERTAIN * math.sqrt(size))
    _linear(look.linear[1], np.vstack([where, what]))
    _linear(look.linear[2], np.eye(size))
    _linear(decoder.projection, words * CERTAIN)
    return spec


def make(path: Path, source: str, target: str, words: dict[str, str], version: str = "1.0") -> Path:
    """Write one package; `words` gives each known source word its one target word ("" drops it)."""
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    with TemporaryDirectory() as made:
        folder = Path(made)
        pieces = tokeniser(words, folder)
        tokens = [*SPECIAL, *(pieces.id_to_piece(i) for i in range(3, pieces.get_piece_size()))]
        number = {token: i for i, token in enumerate(tokens)}
        pair = [number[_pair(token, words)] for token in tokens]
        spec = model(tokens, pair)
        spec.validate()
        spec.optimize()
        spec.save(str(folder))
        _pack(path, name, folder, _metadata(source, target, version))
    return path


def _pair(token: str, words: dict[str, str]) -> str:
    word = token.removeprefix("▁")
    return f"▁{words.get(word, word)}" if token.startswith("▁") else token


def _metadata(source: str, target: str, version: str) -> dict[str, object]:
    names = {"en": "English", "fr": "French", "ar": "Arabic"}
    return {
        "package_version": version, "argos_version": "1.9", "type": "translate",
        "from_code": source, "from_name": names.get(source, source),
        "to_code": target, "to_name": names.get(target, target),
    }  # fmt: skip


def _pack(path: Path, name: str, folder: Path, metadata: dict[str, object]) -> None:
    files = {"metadata.json": json.dumps(metadata, indent=2).encode()}
    files["README.md"] = b"A dictionary of a few words for tests. Public domain (CC0 1.0).\n"
    for file in sorted(folder.iterdir()):
        place = file.name if file.name == "sentencepiece.model" else f"model/{file.name}"
        files[place] = file.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for place, content in files.items():
            # One fixed moment: the same words make the same file.
            archive.writestr(zipfile.ZipInfo(f"{name}/{place}"), content, zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    """Write all four packages."""
    for (source, target), words in PAIRS.items():
        made = make(FOLDER / f"translate-{source}_{target}.argosmodel", source, target, words)
        sys.stdout.write(
            f"{made.name} {made.stat().st_size} bytes, CTranslate2 {ctranslate2.__version__}\n"
        )


if __name__ == "__main__":
    main()
