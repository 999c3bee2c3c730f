"""One module for each form in which writers keep articles."""
