"""HTTP: routes parse, call and render."""
