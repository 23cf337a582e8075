"""Identifiers: rules of this family."""
