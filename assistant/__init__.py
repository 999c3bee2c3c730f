"""Help Assistant: answers customers' questions from a help center, or gets a person."""

__version__ = "0.1.0"
