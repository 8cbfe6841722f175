"""What the widget on a shop's site asks for: who somebody is, what they write, what they are answered."""
