"""What became of people: asked 30 and 90 days after a counsellor, if they agreed to it."""
