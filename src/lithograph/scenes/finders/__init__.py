"""Finders: instances that no join of single claims finds: paths of signs, mappings between regions, riddles."""
