"""What Messenger and Instagram share: events about one person and one account, and the Send API."""
