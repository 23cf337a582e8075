"""Measurement studies: attribute agreement, gauge R&R, challenge sets, calibration, symbol grades."""
