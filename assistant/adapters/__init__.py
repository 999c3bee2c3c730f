"""One vendor behind each port."""
