"""One module for each verb, imported when it is asked for; its ``run`` returns the exit code."""
