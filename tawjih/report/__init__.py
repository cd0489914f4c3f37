"""The page that `make evaluate` writes: how well messages are understood, and where not.

measured.py holds an example and what was understood of it; calibration, entities, languages,
confusions and diversity make tables of them; pictures draws; page puts them together.
"""
