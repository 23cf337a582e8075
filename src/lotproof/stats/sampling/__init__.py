"""Acceptance sampling: plans, switching, curves, confidence, selections that can be replayed."""
