#!/usr/bin/env python3
"""Group the lines of a log by shape, and show what is new, rare, bursting or missing.

usage: log_shape.py FILE [--split TIME] [--grep REGEX] [--top N]

FILE may be - for standard input. Times are read in ISO form (2026-05-18T13:41:07 or with a blank) and in the form of
access logs (18/May/2026:13:41:07). Lines that are JSON objects are grouped by level, status and message.
--split TIME    compare before and after TIME (same form, or HH:MM[:SS] for any day)
--grep REGEX    only lines that match
--top N         how many shapes to list (10)
"""
import argparse
import json
import re
import sys
from collections import Counter
from datetime import datetime

STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)([.,]\d+)?(Z|[+-]\d\d:?\d\d)?")
ACCESS = re.compile(r"(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)( [+-]\d{4})?")
JSON_KEYS = ("level", "severity", "status", "logger", "event", "msg", "message", "error")
MASKS = [
    (STAMP, "<time>"),
    (ACCESS, "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<ip>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b"), "<hex>"),
    (re.compile(r'"[^"]*"'), '"<text>"'),
    (re.compile(r"(?<![A-Za-z_\d\x01])[-+]?\d+(?:[.,]\d+)*"), "<n>"),
]
STATUS = re.compile(r"""(\bstatus(?:_code)?["']?[=: ]+|" )(?=[1-5]\d\d\b)""", re.IGNORECASE)  # kept: 200 is not 500
CONTINUED = re.compile(r"^(\s|at |Caused by:|\.\.\. \d+ more|Traceback )")


def shape(line):
    """The line with everything masked that differs from one event to the next."""
    if line.startswith("{"):
        try:
            fields = json.loads(line)
            line = " ".join(f"{key}={fields[key]}" for key in JSON_KEYS if key in fields) or line
        except ValueError:
            pass
    line = STATUS.sub("\\1\x01", line)
    for pattern, mask in MASKS:
        line = pattern.sub(mask, line)
    return line.replace("\x01", "").strip()[:160]


class Shape:
    """How often, when first and last, and one line as it was."""

    def __init__(self, number, line):
        self.count, self.first, self.last, self.line = 0, None, None, f"{number}: {line.strip()[:200]}"
        self.before = self.after = 0
        self.minutes = Counter()


def events(lines):
    """(line number, time or None, text); continued lines belong to the event above."""
    time = None
    for number, line in enumerate(lines, 1):
        found, access = STAMP.search(line[:200]), ACCESS.search(line[:200])
        if found:
            clock = found[2] if len(found[2]) == 8 else found[2] + ":00"
            time = datetime.fromisoformat(f"{found[1]}T{clock}")
        elif access:
            time = datetime.strptime(access[1], "%d/%b/%Y:%H:%M:%S")
        elif CONTINUED.match(line) or not line.strip():
            continue
        yield number, time, line


def read(file, arguments):
    shapes, seen, first, last, gap = {}, 0, None, None, (0, None)
    wanted = re.compile(arguments.grep) if arguments.grep else None
    for number, time, line in events(file):
        if wanted and not wanted.search(line):
            continue
        seen += 1
        entry = shapes.setdefault(shape(line), Shape(number, line))
        entry.count += 1
        if time is None:
            continue
        if last and (time - last).total_seconds() > gap[0]:
            gap = ((time - last).total_seconds(), last)
        if last and (last - time).total_seconds() > 1:
            entry.minutes["(time goes back)"] += 1
        first, last = first or time, time
        entry.first, entry.last = entry.first or time, time
        entry.minutes[f"{time:%Y-%m-%d %H:%M}"] += 1
        if arguments.split and is_before(time, arguments.split):
            entry.before += 1
        else:
            entry.after += 1
    return shapes, seen, first, last, gap


def is_before(time, split):
    """`split` is a full time or a clock time."""
    if "-" in split:
        return time < datetime.fromisoformat(split.replace(" ", "T"))
    return f"{time:%H:%M:%S}" < (split if len(split) == 8 else split + ":00")


def show(title, entries):
    if entries:
        print(f"\n{title}")
    for text, entry in entries:
        span = f"{entry.first:%H:%M:%S} to {entry.last:%H:%M:%S}" if entry.first else "no time"
        print(f"  {entry.count:6}  {span}  {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--split")
    parser.add_argument("--grep")
    parser.add_argument("--top", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.file == "-":
        result = read(sys.stdin, arguments)
    else:
        with open(arguments.file, encoding="utf-8", errors="replace") as file:
            result = read(file, arguments)
    shapes, seen, first, last, gap = result
    if not seen:
        sys.exit("no line matches")
    print(f"{seen} events in {len(shapes)} shapes, {first or 'no time found'} to {last or 'no time found'}")
    if gap[1]:
        print(f"longest silence: {gap[0]:.0f} s after {gap[1]:%Y-%m-%d %H:%M:%S}")
    if any("(time goes back)" in entry.minutes for entry in shapes.values()):
        print("! times go back: several sources in one file, or a clock that was set")
    ranked = sorted(shapes.items(), key=lambda item: -item[1].count)
    show("most frequent", ranked[: arguments.top])
    rare = [item for item in reversed(ranked[arguments.top :]) if item[1].count <= 2]
    show("rare", rare[: arguments.top])
    if arguments.split:
        show(f"only from {arguments.split} on", [i for i in ranked if not i[1].before and i[1].after][: arguments.top])
        show(f"not any more from {arguments.split} on", [i for i in ranked if i[1].before and not i[1].after][: arguments.top])
    bursts = []
    for text, entry in shapes.items():
        minute, most = max(entry.minutes.items(), key=lambda item: item[1], default=("", 0))
        if len(entry.minutes) > 1 and most >= 5 and most > 3 * (entry.count - most) / (len(entry.minutes) - 1):
            bursts.append(f"  {most:6} of {entry.count} in {minute}  {text}")
    if bursts:
        print("\nbursts\n" + "\n".join(bursts[: arguments.top]))
    print("\nexamples, with line numbers")
    for _, entry in ranked[: arguments.top]:
        print(f"  {entry.line}")


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        sys.stderr.close()
    except (OSError, ValueError, re.error) as error:
        sys.exit(f"log_shape: {error}")
