"""Feeds of listings: a YAML file and a recorded sample each; read, mapped, checked, imported."""
