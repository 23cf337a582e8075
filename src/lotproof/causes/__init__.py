"""Causes of a problem as a typed graph of claims with evidence: 5-Why, fishbone, is/is-not, the chooser, the catalogue. Pure."""
