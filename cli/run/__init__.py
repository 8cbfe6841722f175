"""`frontdesk run`: a supervisor, and the servers it starts where none is named."""
