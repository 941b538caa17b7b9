"""Zhize 职责: runs a customer-service department from its job descriptions."""

__version__ = "0.1.0"
