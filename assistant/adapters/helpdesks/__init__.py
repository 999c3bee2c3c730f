"""Helpdesks of others, by their public REST interfaces; a module for each."""
