"""Integrity of sources: rules of this family."""
