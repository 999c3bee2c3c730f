"""Question sets through the reply path, and their figures."""
