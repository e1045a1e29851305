"""Deciding on many tags one after the other."""
