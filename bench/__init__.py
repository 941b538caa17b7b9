"""Measurements: how long the main pages take when the tables are full, beside a floor taken in the same run."""
