"""`python -m tawjih`, the same as `tawjih`."""

from tawjih.cli import app

app()
