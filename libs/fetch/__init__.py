"""Content from addresses that strangers name."""
