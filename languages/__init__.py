"""The languages the service speaks: registry, replies, formatting."""
