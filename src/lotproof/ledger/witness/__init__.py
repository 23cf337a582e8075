"""A witness (C2SP tlog-witness): remembers the last head of each log, checks that the next one continues it, cosigns."""
