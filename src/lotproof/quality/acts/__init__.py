"""Everything that can be done to a case, a file for each part of the process."""
