"""The command line. Imported before NumPy, which reads its number of threads once."""

import os

# Parallelism is over chunks of frames and over tiles; threads inside a small matrix product wait for each other, and on
# a busy machine many times longer than the product takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
