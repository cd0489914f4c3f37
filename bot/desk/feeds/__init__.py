"""The feeds: what they are, what their runs did, and one of them run at once."""
