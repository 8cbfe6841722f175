"""What is known of each channel: pure functions from bytes to events and from messages to requests. No I/O."""
