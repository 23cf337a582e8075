"""Scans: rules of this family."""
