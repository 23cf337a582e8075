"""Drawings: values in, one SVG string out. No clock, no file, no library; the same values give the same bytes."""
