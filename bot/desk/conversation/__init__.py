"""One conversation: its card, its transcript, and all that a counsellor does in it."""
