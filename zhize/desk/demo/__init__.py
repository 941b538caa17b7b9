"""The demonstration department: a centre with a year behind it.

People, places and words come from the sample sections of a pack. What happened is lived through by the real
services under a simulated clock, once for every course a matter can take; the rest of the year are copies of those
lives with other people, places, words and days (`services/copying.py`). So every case has the history, clocks,
obligations and callbacks that the services would have given it. The last days are not copied but lived.
"""
