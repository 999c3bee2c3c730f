"""Use cases of customers and agents."""
