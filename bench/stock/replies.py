"""What stock Rasa says: our replies, in the deployment's language alone.

Run by the dialogue's Python, which knows how replies become responses. Rasa has no word for
"the language that the message's metadata tells", so the variations of other languages are left
out: the assistant is the same in one language.
"""

import sys
from pathlib import Path

import yaml

from dialogue.importer import RepliesImporter


def main(out: Path) -> None:
    """Write the responses as a domain file."""
    domain = RepliesImporter(named_in="data/rules").get_domain().as_dict()
    responses = {
        name: [variation for variation in variations if not variation.get("condition")]
        for name, variations in domain["responses"].items()
    }
    content = {"version": "3.1", "responses": responses}
    out.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
