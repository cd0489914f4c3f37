"""A counsellor takes over from the machine, and gives back: rows, queue, routing, presence."""
