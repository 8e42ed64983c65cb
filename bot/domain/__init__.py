"""What we believe: the vocabulary, the lifecycle, the gates. Standard library only."""
