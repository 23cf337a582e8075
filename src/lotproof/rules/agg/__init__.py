"""Aggregation: rules of this family."""
