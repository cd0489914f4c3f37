"""What compose.yaml and the Dockerfile promise to whoever runs them: few rights, one open door."""

import json
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from settings import ROOT, Settings

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {"prepare", "dialogue", "actions", "edge"}
SECRETS = ("DIALOGUE_SECRET", "POSTGRES_PASSWORD")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}")
# What a container is told that is no setting of settings.py.
BESIDE_SETTINGS = {
    "RASA_HOST", "ACTIONS_HOST", "DIALOGUE_DB", "HOME", "MPLCONFIGDIR", "PATH",
    "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "UV_CACHE_DIR", "UV_COMPILE_BYTECODE", "UV_LINK_MODE",
    "UV_PYTHON_DOWNLOADS",
}  # fmt: skip
SETTINGS = {name.upper() for name in Settings.model_fields}

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def stages() -> dict[str, list[tuple[str, str]]]:
    """The Dockerfile's instructions, (word, rest), by the name of their stage."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            name = rest.partition(" AS ")[2]
            found[name] = []
        found[name].append((word, rest))
    return found


STAGES = stages()
IMAGES = ("dialogue", "app")


def of(stage: str, word: str) -> list[str]:
    return [rest for found, rest in STAGES[stage] if found == word]


def environment_of(stage: str) -> dict[str, str]:
    pairs = [pair for line in of(stage, "ENV") for pair in shlex.split(line)]
    return dict(pair.split("=", 1) for pair in pairs)


def sources() -> list[str]:
    """Everything that a stage copies from the repository."""
    copied = [shlex.split(rest) for stage in STAGES for rest in of(stage, "COPY")]
    return [word for words in copied if not words[0].startswith("--from") for word in words[:-1]]


@every_service
def test_a_service_has_few_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] > 0
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])  # noqa: S108 - theirs
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"} & set(service)


@every_service
def test_only_the_edge_is_reached_from_outside_and_by_this_machine_alone(name):
    ports = SERVICES[name].get("ports", [])
    assert ports == (["${EDGE_BIND:-127.0.0.1}:${PORT:-8000}:8000"] if name == "edge" else [])
    assert "expose" not in SERVICES[name]


def test_networks_are_closed_but_for_the_edges_own():
    networks = COMPOSE["networks"]
    opened = {name for name, options in networks.items() if not options.get("internal")}
    assert opened == {"front"}
    assert {name for name, one in SERVICES.items() if opened & set(one["networks"])} == {"edge"}


def test_the_dialogue_cannot_reach_the_database():
    together = set(SERVICES["dialogue"]["networks"]) & set(SERVICES["postgres"]["networks"])
    assert together == set()
    assert "DATABASE_URL" not in SERVICES["dialogue"]["environment"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("edge", "dialogue"), ("edge", "actions"), ("dialogue", "actions"),
     ("edge", "postgres"), ("actions", "postgres"), ("prepare", "postgres")],
)  # fmt: skip
def test_who_must_talk_shares_a_network(one, other):
    assert set(SERVICES[one]["networks"]) & set(SERVICES[other]["networks"])


@every_service
def test_it_waits_for_what_it_needs(name):
    needed = {
        "postgres": {},
        "dialogue": {},
        "prepare": {"postgres": "service_healthy"},
        "actions": {
            "prepare": "service_completed_successfully",
            "postgres": "service_healthy",
        },
        "edge": {
            "prepare": "service_completed_successfully",
            "postgres": "service_healthy",
            "dialogue": "service_healthy",
            "actions": "service_healthy",
        },
    }[name]
    asked = SERVICES[name].get("depends_on", {})
    assert {other: wait["condition"] for other, wait in asked.items()} == needed


def test_what_is_waited_for_can_tell_its_health():
    awaited = {
        other
        for service in SERVICES.values()
        for other, wait in service.get("depends_on", {}).items()
        if wait["condition"] == "service_healthy"
    }
    for name in awaited:
        own = SERVICES[name].get("healthcheck", {})
        target = SERVICES[name].get("build", {}).get("target")
        assert not own.get("disable")
        assert own.get("test") or of(target, "HEALTHCHECK")


@every_service
def test_secrets_come_from_the_environment_and_have_no_default(name):
    for value in SERVICES[name].get("environment", {}).values():
        for variable, otherwise in VARIABLE.findall(str(value)):
            assert variable not in SECRETS or otherwise.startswith(":?")
    told = SERVICES[name].get("environment", {})
    for secret in set(SECRETS) & set(told):
        assert told[secret].startswith(f"${{{secret}:?")


def test_every_variable_is_explained():
    explained = (ROOT / ".env.example").read_text(encoding="utf-8")
    asked = {name for name, _ in VARIABLE.findall((ROOT / "compose.yaml").read_text("utf-8"))}
    assert {name for name in asked if f"{name}=" not in explained} == set()


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_a_container_is_told_is_a_setting(name):
    told = set(SERVICES[name]["environment"]) | set(
        environment_of(SERVICES[name]["build"]["target"])
    )
    assert told - SETTINGS - BESIDE_SETTINGS == set()


def test_images_of_others_have_a_version():
    named = [rest.split()[0] for stage in STAGES for rest in of(stage, "FROM")]
    named += [one["image"] for name, one in SERVICES.items() if name not in OURS]
    for image in named:
        assert re.fullmatch(r"[a-z]+:\d+(\.\d+)*-\w+(-\w+)*", image), image


def test_named_volumes_are_declared_and_used():
    used = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("source", sorted(set(sources())))
def test_what_is_copied_exists_and_reaches_the_builder(source):
    path = source.replace("${PROFILE}", "profile.yml")
    assert (ROOT / path).exists()
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    assert any(fnmatch(path.split("/")[0], rule) for rule in let_in)


@pytest.mark.parametrize("name", [".env", "var", ".git", "tests", "docs", ".venv"])
def test_state_and_secrets_never_reach_the_builder(name):
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in rules
    assert not any(fnmatch(name, rule[1:]) for rule in rules if rule.startswith("!"))


def test_every_room_of_the_code_is_in_the_image():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert rooms <= set(sources())


@pytest.mark.parametrize(("image", "rooms"), [
    ("dialogue", ["dialogue"]),
    ("app", ["actions", "bot", "catalogue", "languages", "people", "store"]),
])  # fmt: skip
def test_data_that_the_code_reads_is_in_its_image(image, rooms):
    code = "".join(path.read_text("utf-8") for room in rooms for path in (ROOT / room).glob("*.py"))
    read = {f"data/{name}" for name in re.findall(r"data(?:/|\" / \")([a-z_]+)", code)}
    read |= {f"data/{name}" for name in re.findall(r"f?\"(taxonomy|places)/", code)}
    copied = {shlex.split(rest)[0] for rest in of(f"{image}-build", "COPY")}
    assert read
    assert sorted(read - copied) == []


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_an_ordinary_user_and_without_a_shell(image):
    words = [word for word, _ in STAGES[image]]
    assert of(image, "USER") == ["10001"]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in ("RUN", "COPY"))
    # What is no valid JSON, Docker hands to a shell without a word.
    for command in (of(image, "CMD")[0], of(image, "HEALTHCHECK")[0].partition("CMD ")[2]):
        assert all(isinstance(word, str) for word in json.loads(command))
    assert not of(image, "ADD")


@pytest.mark.parametrize("image", IMAGES)
def test_no_build_tool_stays(image):
    installed = " ".join(of(image, "RUN"))
    assert "pip uninstall" in installed
    assert not re.search(r"pip install|apt-get|uv ", installed)
    assert of(image, "COPY") == [f"--from={image}-build /app /app"]


def test_versions_of_the_builder_agree():
    found = re.findall(r"uv==([\d.]+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert len(found) == len(IMAGES)
    assert len(set(found)) == 1


def test_the_dialogues_python_is_the_one_that_rasa_needs():
    wanted = re.search(r'requires-python = "==(3\.10)\.\*"', _read("dialogue/pyproject.toml"))
    assert wanted
    for stage in ("dialogue-build", "dialogue"):
        assert of(stage, "FROM")[0].startswith(f"python:{wanted[1]}-")


def _read(name: str) -> str:
    return Path(ROOT / name).read_text(encoding="utf-8")
