"""What the pixels say: faces and their landmarks, mattes, the background plate, regions, the capture check."""
