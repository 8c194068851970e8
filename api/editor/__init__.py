"""What `make content` tells an editor: missing, stale, unreviewed, unlinked, too hard to read."""
