"""Slots that counsellors offer, and what was booked."""
