"""From a voice to motion: what is heard, the mouth that it makes, and the life of all the rest."""
