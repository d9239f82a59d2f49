"""The deck, and what is made of it."""

from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
