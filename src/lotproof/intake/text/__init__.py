"""Delimited text and sheets: encoding, separator, header row, rows with their place."""
