"""Parts of a page that a program writes, between two comments; the rest of the page is written by hand."""


class PartError(Exception):
    """The page does not have the two comments between which the part stands."""


def with_part(text, name, part):
    """Return the text of a page with the part of that name written anew.

    Raises PartError where the comments `<!-- name ... -->` and `<!-- end of name -->` are not there once.
    """
    begin, end = f"<!-- {name}:", f"<!-- end of {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise PartError(f"{name} stands between one comment that begins with {begin} and one {end}")
    before, rest = text.split(begin)
    comment, after = rest.split("-->", 1)[0], rest.split(end, 1)[1]
    return f"{before}{begin}{comment}-->\n\n{part.strip()}\n\n{end}{after}"
