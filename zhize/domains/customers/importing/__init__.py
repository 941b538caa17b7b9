"""Reading a real owners' list: which column is what, what a cell means, which rows are no customers.

Pure functions over plain rows of cells; the writes are in `services.importing`.
"""
