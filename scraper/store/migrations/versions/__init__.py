"""One file a revision, in the order that each names its predecessor."""
