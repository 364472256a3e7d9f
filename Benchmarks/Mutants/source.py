"""Swift text as the planter sees it: which characters are code, and which are comments or strings."""

import re


def code_mask(text):
    """For each character, whether it is code. Comments and string literals, with what is interpolated, are not."""
    mask = bytearray(b"\x01" * len(text))
    position, end = 0, len(text)

    def blank(start, stop):
        for index in range(start, min(stop, end)):
            if text[index] != "\n":
                mask[index] = 0

    while position < end:
        if text.startswith("//", position):
            stop = text.find("\n", position)
            stop = end if stop < 0 else stop
            blank(position, stop)
        elif text.startswith("/*", position):
            stop, depth = position + 2, 1
            while stop < end and depth:
                if text.startswith("/*", stop):
                    depth, stop = depth + 1, stop + 2
                elif text.startswith("*/", stop):
                    depth, stop = depth - 1, stop + 2
                else:
                    stop += 1
            blank(position, stop)
        elif match := re.compile(r'(#*)("""|")').match(text, position):
            stop = end_of_string(text, match)
            blank(position, stop)
        else:
            stop = position + 1
        position = stop
    return mask


def end_of_string(text, opening):
    """Where the string literal ends that this match opens."""
    hashes, quotes = opening.groups()
    closing, escape = quotes + hashes, "\\" + hashes
    position = opening.end()
    while position < len(text):
        if text.startswith(closing, position):
            return position + len(closing)
        if text.startswith(escape + "(", position):
            position, depth = position + len(escape) + 1, 1
            while position < len(text) and depth:
                inner = re.compile(r'(#*)("""|")').match(text, position)
                if inner:
                    position = end_of_string(text, inner)
                    continue
                depth += {"(": 1, ")": -1}.get(text[position], 0)
                position += 1
        elif text.startswith(escape, position):
            position += len(escape) + 1
        else:
            position += 1
    return position


def code_only(text):
    """The text with everything that is no code replaced by blanks, so that places stay the same."""
    mask = code_mask(text)
    return "".join(c if mask[i] or c == "\n" else " " for i, c in enumerate(text))
