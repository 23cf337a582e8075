"""Statistics tied to files: charts, sampling, measurement studies and effectiveness from tables, as documents."""
