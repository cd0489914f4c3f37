"""Prepared answers: each exists once, by its key, and is sent in the person's language."""
