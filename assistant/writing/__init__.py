"""Use cases of writers."""
