"""Figures computed from the log."""
