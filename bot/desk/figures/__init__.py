"""Figures of the service by week: whom it reaches, what it cannot answer, what came of it."""
