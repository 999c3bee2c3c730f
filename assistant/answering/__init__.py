"""From ranked passages to a reply."""
