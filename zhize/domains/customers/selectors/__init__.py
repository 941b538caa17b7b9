"""Reads of the customer archive."""
