"""Channels: each translates one wire to messages and back, and knows no other."""
