"""From writers' text to passages."""
