"""A voice in, frames out, in real time."""
