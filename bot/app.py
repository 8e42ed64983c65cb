"""The composition root: the one file that knows every concrete class."""
