"""Writing the demonstration department."""
