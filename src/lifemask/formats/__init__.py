"""Tracking files of other systems, as data: readers, writers and the algebra between their conventions."""
