"""Drawings as SVG: pure functions of values."""
