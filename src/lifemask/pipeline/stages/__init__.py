"""One module for each stage of a run: what it reads and writes, and how the engines are called for it."""
