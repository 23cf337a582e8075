"""The commands, one file a group. No logic."""
