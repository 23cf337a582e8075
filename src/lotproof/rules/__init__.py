"""Rules: one file for each finding code, in folders by family, and their register."""
