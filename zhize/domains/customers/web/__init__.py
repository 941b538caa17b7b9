"""The screens of customers and premises."""
