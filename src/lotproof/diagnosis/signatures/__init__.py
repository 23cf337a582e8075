"""The failure signatures (DOMAIN B.4), one file for each theme."""
