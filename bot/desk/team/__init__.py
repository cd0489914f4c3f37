"""The queue and the team, as who supervises sees them."""
