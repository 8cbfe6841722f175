"""Orders of shop platforms, and what customers write about them."""
