"""What a file is, and how it becomes one that a channel takes."""
