"""The verifier that travels inside each pack, and the texts that travel with it."""
