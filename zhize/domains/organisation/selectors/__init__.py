"""Reads of the organisation for its screens and the API, always through what the actor may see."""
