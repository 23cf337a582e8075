"""Pure statistics: exact tests and intervals of counts, many tests at once."""
