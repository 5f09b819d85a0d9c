"""What the shell makes of its commands: which run, whose failure stops, and what they really are."""
