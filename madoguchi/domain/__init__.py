"""The rules of counter and queue: pure functions and values, no clock, no database, no network."""
