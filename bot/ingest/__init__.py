"""CI systems and code hosts to us: signed reports of builds and commits."""
