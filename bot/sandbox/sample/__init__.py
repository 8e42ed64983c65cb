"""A believable workspace to begin with: a small web shop, two weeks before it ships."""
