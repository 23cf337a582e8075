"""The quality desk: pages for people on a packaging floor and in QA."""
