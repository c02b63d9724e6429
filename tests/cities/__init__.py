"""The city directories that are delivered: are they sound?"""
