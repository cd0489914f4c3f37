"""What the edge counts, for GET /metrics. Names and labels are told in docs/install.md.

Labels are names of our own, never what a person wrote, an address or an id.
"""

from prometheus_client import Counter, Gauge, Histogram

IGNORED = Counter(
    "tawjih_ignored", "Updates of a platform that are no message of a person", ["channel", "why"]
)
RECEIVED = Counter("tawjih_received", "Messages taken in", ["channel", "kind"])
ANSWERED = Counter("tawjih_answered", "Messages answered", ["channel", "status"])
SENT = Counter("tawjih_sent", "Tries to send a reply", ["channel", "outcome"])
TOLD = Counter("tawjih_told", "Words that are no answer: slow, busy, slow_down", ["word"])
ANSWER_SECONDS = Histogram("tawjih_answer_seconds", "From a message in hand to its stored answer")
TAKE_SECONDS = Histogram(
    "tawjih_take_seconds",
    "From a request to the message's row: when a platform is acknowledged",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
WAITING = Gauge("tawjih_waiting", "Messages that wait for an answer")
WAITING_SECONDS = Gauge("tawjih_waiting_seconds", "For how long the oldest of them does")
PENDING = Gauge("tawjih_pending", "Replies that wait to be sent")
FAILED = Gauge("tawjih_failed", "Replies of the last two days that could not be sent")
EDGES = Gauge("tawjih_edges", "Edges that live on this database")
