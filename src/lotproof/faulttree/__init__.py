"""Fault trees: read, write, probability and cut sets exact, importance, what-if. Pure: values in, values out."""
