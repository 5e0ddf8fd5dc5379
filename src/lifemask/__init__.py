"""Lifemask: 30 seconds of video of a person in, a photoreal head-and-shoulders avatar out.

Importing the package touches no device, file, network or model.
"""

__version__ = "0.1.0"
