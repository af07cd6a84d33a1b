#!/usr/bin/env python3
"""Number the lines of a unified diff, warn about odd files, find moved blocks.

usage: git diff main...HEAD | diff_map.py [--summary | --moved]
"""
import re
import sys

HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )")
LOCKS = ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock", "poetry.lock", "uv.lock", "go.sum")


class File:
    """One file of the diff; `added` and `removed` hold (line number, text)."""

    def __init__(self):
        self.old, self.new, self.notes, self.added, self.removed = "", "", [], [], []

    @property
    def path(self):
        return self.old if self.new in ("", "/dev/null") else self.new


def strip(name):
    """`b/path<TAB>time` -> `path`."""
    name = name.split("\t")[0].strip().strip('"')
    return name[2:] if name[:2] in ("a/", "b/") else name


def parse(lines):
    """Return the files of a diff, with every changed line numbered on its own side."""
    files, current = [], None
    old = new = old_left = new_left = 0
    for line in lines:
        line = line.rstrip("\n")
        if old_left > 0 or new_left > 0:
            if line.startswith("+"):
                current.added.append((new, line[1:]))
                new, new_left = new + 1, new_left - 1
            elif line.startswith("-"):
                current.removed.append((old, line[1:]))
                old, old_left = old + 1, old_left - 1
            elif not line.startswith("\\"):
                old, old_left, new, new_left = old + 1, old_left - 1, new + 1, new_left - 1
            continue
        hunk = HUNK.match(line)
        if line.startswith("diff --git ") or (line.startswith("--- ") and (current is None or current.new)):
            current = File()
            files.append(current)
        if current is None:
            continue
        if line.startswith("diff --git "):
            header = re.match(r'diff --git "?a/(.*?)"? "?b/(.*?)"?$', line)
            if header:
                current.old, current.new = header.group(1), ""
        elif line.startswith("--- "):
            current.old = strip(line[4:])
        elif line.startswith("+++ "):
            current.new = strip(line[4:])
        elif line.startswith("new file"):
            current.notes.append("new")
        elif line.startswith("deleted file"):
            current.notes.append("deleted")
        elif line.startswith("new mode"):
            current.notes.append("mode " + line[9:])
        elif line.startswith(("similarity index", "Binary files")):
            current.notes.append(line if line[0] == "s" else "binary, not readable here")
        elif line.startswith("rename to "):
            current.new = line[10:]
        elif hunk:
            old, new = int(hunk.group(1)), int(hunk.group(3))
            old_left = int(hunk.group(2) or 1)
            new_left = int(hunk.group(4) or 1)
    return files


def summary(files):
    for file in files:
        notes = list(file.notes)
        if file.path.rsplit("/", 1)[-1] in LOCKS:
            notes.append("lock file")
        if any(CONFLICT.match(text) for _, text in file.added):
            notes.append("CONFLICT MARKER")
        if any(len(text) > 1000 for _, text in file.added):
            notes.append("very long lines, generated or minified?")
        note = f" ({', '.join(notes)})" if notes else ""
        print(f"{file.path}: +{len(file.added)} -{len(file.removed)}{note}")


def blocks(lines):
    """Runs of consecutive lines with at least two that are not blank."""
    run = []
    for number, text in lines:
        if run and number != run[-1][0] + 1:
            yield run
            run = []
        run.append((number, text))
    if run:
        yield run


def words(block):
    return [text.strip() for _, text in block if text.strip()]


def moved(files):
    """Report blocks that went away in one place and came back in another."""
    gone = [(f.path, b) for f in files for b in blocks(f.removed) if len(words(b)) > 1]
    came = [(f.path, b) for f in files for b in blocks(f.added) if len(words(b)) > 1]
    for old_path, old in gone:
        before = words(old)
        score, new_path, new = max(
            ((len(set(before) & set(words(b))), p, b) for p, b in came),
            key=lambda found: found[0],
            default=(0, "", []),
        )
        if score < 2 or score * 2 < len(before):
            continue
        after = words(new)
        lost = [text for text in before if text not in after]
        fresh = [text for text in after if text not in before]
        verdict = "moved, altered" if lost or fresh else "moved, same"
        if not (lost or fresh) and before != after:
            verdict = "moved, reordered"
        print(f"{verdict}: {old_path}:{old[0][0]}-{old[-1][0]} -> {new_path}:{new[0][0]}-{new[-1][0]}")
        for text in lost:
            print(f"  lost:   {text}")
        for text in fresh:
            print(f"  gained: {text}")


def main(arguments):
    if len(arguments) > 1 or any(a not in ("--summary", "--moved") for a in arguments):
        sys.exit(__doc__)
    files = parse(sys.stdin)
    if not files:
        sys.exit("no diff on standard input")
    summary(files)
    if arguments == ["--moved"]:
        moved(files)
    elif not arguments:
        for file in files:
            print()
            for number, text in file.removed:
                print(f"{file.old}:{number}: -{text}")
            for number, text in file.added:
                print(f"{file.path}:{number}: +{text}")


if __name__ == "__main__":
    main(sys.argv[1:])
