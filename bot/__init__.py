"""Countersign: defects under control from the first complaint to the hour a release ships."""
