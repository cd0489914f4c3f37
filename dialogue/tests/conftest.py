"""What the dialogue's tests share: Rasa without TensorFlow, no network but loopback, small models."""

import socket
import warnings
from pathlib import Path

import pytest

from dialogue.without_tensorflow import install

install()
with warnings.catch_warnings(record=True):
    # Rasa's own deprecations, hundreds of them; some of its libraries undo the filter.
    warnings.simplefilter("ignore")
    import rasa.model_training  # noqa: F401
    from rasa.core.agent import Agent  # noqa: F401
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from dialogue.channel import TawjihInput  # noqa: F401
    from dialogue.language import read_varieties

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# A handful of messages a variety: enough to tell them apart, few enough to learn in a moment.
MESSAGES = {
    "en": {
        "greet": ["hello", "hi there", "good morning", "hello my friend"],
        "search_offers": [
            "i am looking for a job as a [plumber](occupation) in [Tunis](place)",
            "find me a job in [Casablanca](place)",
            "any work for a [cook](occupation) near [Rabat](place)?",
            "i want to work as a [driver](occupation)",
        ],
        "faq/write_cv": ["how do i write a cv", "help me with my resume", "what goes in a cv"],
        "change_language": ["answer me in french please", "can you speak arabic", "in english"],
    },
    "fr": {
        "greet": ["bonjour", "bonsoir à vous", "salut à tous", "bonjour madame"],
        "search_offers": [
            "je cherche un emploi de [plombier](occupation) à [Tunis](place)",
            "trouve moi un travail à [Casablanca](place)",
            "un poste de [cuisinier](occupation) près de [Rabat](place) ?",
            "je veux travailler comme [chauffeur](occupation)",
            "un [stage](contract), n'importe quel stage",
        ],
        "faq/write_cv": ["comment écrire un cv", "aide moi pour mon cv", "que mettre dans un cv"],
        "change_language": ["réponds en arabe", "parle français s'il te plaît", "en anglais"],
    },
    "ar/msa": {
        "greet": ["مرحبا", "السلام عليكم", "صباح الخير", "مرحبا بك"],
        "search_offers": [
            "أبحث عن عمل [سباك](occupation) في [تونس](place)",
            "أريد وظيفة في [الدار البيضاء](place)",
            "هل يوجد عمل [طباخ](occupation) قرب [الرباط](place)؟",
            "أريد أن أعمل [سائقا](occupation)",
        ],
        "faq/write_cv": [
            "كيف أكتب سيرة ذاتية",
            "ساعدني في سيرتي الذاتية",
            "ماذا أكتب في السيرة الذاتية",
        ],
        "change_language": ["أجبني بالفرنسية", "تكلم بالعربية", "بالإنجليزية من فضلك"],
    },
    "ar/darija": {
        "greet": ["السلام خويا", "صباح النور خويا", "لاباس عليك"],
        "search_offers": [
            "بغيت نخدم [بلومبي](occupation) ف[كازا](place)",
            "كنقلب على خدمة ف[الرباط](place)",
            "واش كاين شي خدمة ديال [طباخ](occupation)؟",
        ],
        "faq/write_cv": ["كيفاش نكتب السيفي ديالي", "عاوني نصاوب سيفي"],
        "change_language": ["هضر معايا بالفرنساوية", "جاوبني بالدارجة"],
    },
    "ar/mixed": {
        "search_offers": [
            "بغيت [stage](contract) ف [marketing](occupation)",
            "واش كاين poste ديال [comptable](occupation) ف [طنجة](place)",
            "كنقلب على emploi ف [Rabat](place)",
        ],
        "faq/write_cv": ["كيفاش نكتب cv ديالي en français", "عاوني ف le cv ديالي"],
    },
    "fr/mixed": {
        "search_offers": [
            "je cherche un [stage](contract) من فضلك",
            "vous avez un poste de [comptable](occupation) يا أخي",
            "un emploi à [Rabat](place) بارك الله فيك",
        ],
        "faq/write_cv": ["comment écrire un cv خويا", "aidez moi pour le cv من فضلك"],
    },
    "ar/arabizi": {
        "greet": ["salam khoya", "sba7 lkhir", "labas 3lik khoya"],
        "search_offers": [
            "bghit nkhdem [plombi](occupation) f [casa](place)",
            "kan9elleb 3la khedma f [rbat](place)",
            "wach kayn chi khedma dyal [tebbakh](occupation)?",
        ],
        "faq/write_cv": ["kifach nkteb cv dyali", "3aweni nsaweb cv"],
        "change_language": ["hder m3aya b francais", "jawbni b darija"],
    },
}


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"a test called {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def nlu_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages as data/nlu keeps them."""
    root = tmp_path_factory.mktemp("project") / "nlu"
    for folder, intents in MESSAGES.items():
        path = root / folder / "all.yml"
        path.parent.mkdir(parents=True)
        lines = ['version: "3.1"', "nlu:"]
        for intent, texts in intents.items():
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few places, occupations and sectors."""
    data = tmp_path_factory.mktemp("lists")
    files = {
        "places/cities.csv": (
            "country,name,fr,ar\nMA,Casablanca,Casablanca,الدار البيضاء\nMA,Rabat,Rabat,الرباط\n"
            "TN,Tunis,Tunis,تونس\nMA,Sale,Salé,سلا\nUS,New York,New York,نيويورك\n"
            "US,York,York,\nTN,Tunis Nord,Tunis Nord,\n"
        ),
        "places/aliases.csv": "country,name,alias\nMA,Casablanca,casa\nMA,Casablanca,dar el beida\n",
        "taxonomy/occupations.csv": (
            "code,names_en,names_fr,names_ar\n"
            "1,plumber|job,plombier (bâtiment)|plombière,سباك\n"
            "2,software developer|developer,développeur logiciel,مطور برامج\n"
        ),
        "taxonomy/everyday_names.csv": "code,language,name\n1,fr,plombi\n",
        "taxonomy/sectors.csv": "key,isco,en,fr,ar,aliases\nit,25,IT,Informatique,معلوميات,info|BTP\n",
    }
    for name, content in files.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("storage"))


@pytest.fixture(scope="module")
def resource() -> Resource:
    return Resource("component")


@pytest.fixture(scope="module")
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="module")
def training_data(nlu_folder: Path) -> TrainingData:
    """The messages as Rasa reads them, with the variety that their folder tells."""
    varieties = dict(read_varieties(nlu_folder))
    data = load_data(str(nlu_folder))
    for example in data.nlu_examples:
        example.set("variety", varieties[example.get("text")])
    return data


def message(text: str, **properties: object) -> Message:
    """A message as the components get it."""
    made = Message.build(text)
    for name, value in properties.items():
        made.set(name, value)
    return made
