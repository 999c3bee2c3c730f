"""Values and rules of the help desk. No I/O, no vendor."""
