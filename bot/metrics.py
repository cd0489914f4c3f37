"""What the edge counts, for GET /metrics. Names and labels are told in docs/install.md.

Labels are names of our own, never what a person wrote, an address or an id.
"""

from prometheus_client import Counter

IGNORED = Counter(
    "tawjih_ignored", "Updates of a platform that are no message of a person", ["channel", "why"]
)
