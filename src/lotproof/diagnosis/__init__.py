"""Why: failure signatures and suspects, from the findings and the tables of a partition."""
