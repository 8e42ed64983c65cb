"""Real defect histories, driven through the public commands."""
