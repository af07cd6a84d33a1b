#!/usr/bin/env python3
"""Describe a CSV file column by column before anybody draws conclusions from it.

usage: csv_profile.py FILE [--key COLUMN] [--max-rows N]

Reads UTF-8 (with or without BOM); the delimiter is guessed from the first line.
--key COLUMN   also report values of that column that occur more than once
--max-rows N   stop after N rows (the report says so)
"""
import argparse
import csv
import itertools
import math
import re
import sys
from collections import Counter

EMPTY = {"", "na", "n/a", "nan", "null", "none", "-", "?", "#n/a"}
DATES = [
    ("date YYYY-MM-DD", re.compile(r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$")),
    ("date with slashes or dots", re.compile(r"^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}$")),
]
NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
COMMA_NUMBER = re.compile(r"^[+-]?\d{1,3}(\.\d{3})*,\d+$")
KEEP = 200_000  # distinct values remembered per column


def kind(text):
    """The type that one cell looks like."""
    if text.strip().lower() in EMPTY:
        return "empty"
    if re.match(r"^0\d+$", text):
        return "digits with leading zero"
    if NUMBER.match(text):
        return "integer" if re.match(r"^[+-]?\d+$", text) else "decimal"
    if COMMA_NUMBER.match(text):
        return "decimal comma"
    for name, pattern in DATES:
        if pattern.match(text):
            return name
    return "text"


class Column:
    """Counts for one column, filled a cell at a time."""

    def __init__(self, name):
        self.name, self.kinds, self.values = name, Counter(), Counter()
        self.numbers, self.blanks, self.padded, self.overflow = [], Counter(), 0, False

    def add(self, text):
        what = kind(text)
        self.kinds[what] += 1
        if what == "empty":
            self.blanks[text] += 1
            return
        self.padded += text != text.strip()
        if what in ("integer", "decimal"):
            self.numbers.append(float(text))
        if text in self.values or len(self.values) < KEEP:
            self.values[text] += 1
        else:
            self.overflow = True

    def lines(self):
        """What to print about the column."""
        filled = sum(n for what, n in self.kinds.items() if what != "empty")
        names = ", ".join(f"{what} {n}" for what, n in self.kinds.most_common())
        more = "+" if self.overflow else ""
        yield f"{self.name}: {names}; {len(self.values)}{more} distinct"
        if self.numbers:
            yield "    " + spread(self.numbers)
        if filled and (not self.numbers or len(self.values) <= 12):
            yield "    most common: " + ", ".join(f"{value!r} {n}" for value, n in self.values.most_common(5))
        yield from (f"    ! {warning}" for warning in self.warnings(filled))

    def warnings(self, filled):
        types = {what for what in self.kinds if what != "empty"}
        if len(types - {"integer", "decimal"}) + bool(types & {"integer", "decimal"}) > 1:
            yield "mixed types; look at the rare ones: " + ", ".join(
                repr(value) for value, _ in reversed(self.values.most_common()) if kind(value) == rarest(self.kinds)
            )[:120]
        if len(self.blanks) > 1:
            yield f"{len(self.blanks)} spellings of 'no value': {', '.join(map(repr, self.blanks))}"
        if "date with slashes or dots" in types:
            yield "day and month cannot be told apart by looking; ask where the file comes from"
        if "digits with leading zero" in types:
            yield "leading zeros: an identifier, not a number; read it as text"
        if self.padded:
            yield f"{self.padded} values with whitespace around them"
        folded = Counter(value.strip().casefold() for value in self.values)
        twins = [value for value, n in folded.items() if n > 1]
        if twins:
            yield f"same but for case or spaces: {', '.join(sorted(twins)[:5])}"
        if filled > 1 and len(self.values) == 1:
            yield "the same value everywhere"


def rarest(kinds):
    return min((n, what) for what, n in kinds.items() if what != "empty")[1]


def spread(numbers):
    """Five numbers, the mean, and how many lie far outside the middle half."""
    ordered = sorted(numbers)

    def at(share):
        position = share * (len(ordered) - 1)
        low = math.floor(position)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (position - low)

    low, middle, high = at(0.25), at(0.5), at(0.75)
    reach = 3 * (high - low)
    far = sum(1 for n in ordered if n < low - reach or n > high + reach) if reach else 0
    zero = sum(1 for n in ordered if n == 0)
    negative = sum(1 for n in ordered if n < 0)
    parts = [f"min {ordered[0]:g}, quartiles {low:g} {middle:g} {high:g}, max {ordered[-1]:g}"]
    parts.append(f"mean {math.fsum(ordered) / len(ordered):g}")
    parts += [f"{n} {what}" for n, what in ((negative, "negative"), (zero, "zero"), (far, "far out")) if n]
    return "; ".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--max-rows", type=int)
    arguments = parser.parse_args()
    with open(arguments.file, newline="", encoding="utf-8-sig") as file:
        head = file.readline()
        file.seek(0)
        delimiter = max(",;\t|", key=head.count)
        reader = csv.reader(file, delimiter=delimiter)
        header = next(reader, None)
        if not header:
            sys.exit(f"{arguments.file}: empty")
        if arguments.key and arguments.key not in header:
            sys.exit(f"no column {arguments.key!r}; there are: {', '.join(header)}")
        columns = [Column(name) for name in header]
        ragged, whole, keys, count = [], Counter(), Counter(), 0
        for row in itertools.islice(reader, arguments.max_rows):
            count += 1
            if len(row) != len(header):
                ragged.append(reader.line_num)
                continue
            whole[hash(tuple(row))] += 1
            if arguments.key:
                keys[row[header.index(arguments.key)]] += 1
            for column, cell in zip(columns, row):
                column.add(cell)
    stopped = " (stopped there)" if arguments.max_rows == count else ""
    print(f"{arguments.file}: {count} rows{stopped}, {len(header)} columns, delimiter {delimiter!r}")
    twice = sum(n - 1 for n in whole.values())
    if twice:
        print(f"! {twice} rows are exact copies of another row")
    if ragged:
        print(f"! {len(ragged)} rows have another number of cells, first at line {ragged[0]}")
    if len(set(header)) < len(header):
        print("! two columns have the same name")
    for value, n in keys.most_common(5):
        if n > 1:
            print(f"! {arguments.key} {value!r} occurs {n} times")
    for column in columns:
        print("\n".join(column.lines()))


if __name__ == "__main__":
    try:
        main()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        sys.exit(str(error))
