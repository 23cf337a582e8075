"""Quantities: rules of this family."""
