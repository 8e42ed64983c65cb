"""Us to SQL."""
