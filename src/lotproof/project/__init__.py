"""Django's wiring: settings only. Imported by nobody; named to Django by a string."""
