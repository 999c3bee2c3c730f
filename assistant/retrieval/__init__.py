"""From a question to ranked, weighed passages."""
