"""Whom the service serves."""
