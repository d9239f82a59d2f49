"""`python -m reference`, in strict_datastore/tests: write strict_datastore/REFERENCE.md."""

import sys

from .page import REFERENCE, page
from .source import Undocumented


def main():
    try:
        REFERENCE.write_text(page(), encoding="utf-8", newline="\n")
    except Undocumented as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
