"""Web pages: an avatar as one page that needs no server, and a look into a run."""
