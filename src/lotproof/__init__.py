"""Lotproof: finds, explains and proves what does not add up in pharmaceutical serialization."""

__version__ = "0.1.0"
