"""The report of a pack: one set of values, rendered as HTML for a browser and as PDF by Typst."""
