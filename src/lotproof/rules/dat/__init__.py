"""Findings of this group, one file each."""
