"""Messages that were not understood, redacted, labelled by a person, added to the examples."""
