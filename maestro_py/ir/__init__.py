"""Meaning without text: networks, dataflows, machines and the nest they combine to."""
