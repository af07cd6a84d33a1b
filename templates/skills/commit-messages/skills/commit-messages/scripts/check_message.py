#!/usr/bin/env python3
"""Check the form of a commit message. Exit 0: fine, 1: at least one error.

usage: check_message.py [--conventional] FILE      (FILE may be - for standard input)

As a hook: copy it to .git/hooks/commit-msg, where git calls it with the message's file.
"""
import re
import sys

MARKERS = re.compile(r"^(wip|tmp|temp|xxx|asdf|test commit)\b|^(fixup|squash|amend)! ", re.IGNORECASE)
VAGUE = re.compile(
    r"^(fix(es|ed)?( a)? bugs?|(minor|small|some|various) (fix|change|update|improvement)(e?s)?|updates?|changes?"
    r"|fix(es|ed)?( it| tests?| ci| build)?|cleanup|clean up|address(es|ed)? (review|comments?|feedback)|stuff|misc)\.?$",
    re.IGNORECASE,
)
NOT_IMPERATIVE = re.compile(
    r"^(added|adds|adding|fixed|fixes|fixing|changed|changes|changing|removed|removes|removing|updated|updates|updating"
    r"|refactored|refactors|refactoring|improved|improves|improving|moved|moves|moving|renamed|renames|renaming"
    r"|implemented|implements|implementing|made|makes|making|used|uses|using|introduced|introduces|introducing)\b",
    re.IGNORECASE,
)
CONVENTIONAL = re.compile(r"^(?P<type>[a-z]+)(\([^()\s]+\))?!?: (?P<rest>.+)$")
TYPES = {"build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"}
TRAILER = re.compile(r"^[A-Za-z][A-Za-z-]*: |^BREAKING CHANGE: ")
SCISSORS = "# ------------------------ >8 ------------------------"


def lines_of(text):
    """The message as git will keep it: without comments and without what follows the scissors."""
    kept = []
    for line in text.splitlines():
        if line.startswith(SCISSORS):
            break
        if not line.startswith("#"):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    while kept and not kept[0]:
        kept.pop(0)
    return kept


def check(lines, conventional):
    """Yield (is_error, line number, message)."""
    if not lines:
        yield True, 1, "the message is empty"
        return
    subject = lines[0]
    if re.match(r"^(Merge|Revert) ", subject):
        return
    words = subject
    found = CONVENTIONAL.match(subject)
    if conventional and not found:
        yield True, 1, "expected 'type(scope): subject'"
    elif conventional and found["type"] not in TYPES:
        yield True, 1, f"type '{found['type']}' is not one of {', '.join(sorted(TYPES))}"
    if found:
        words = found["rest"]
    if MARKERS.search(subject):
        yield True, 1, "marked as unfinished; squash it or say what it does"
    if VAGUE.match(words):
        yield True, 1, f"'{words}' could be the subject of any commit; name the thing and the effect"
    if NOT_IMPERATIVE.match(words):
        yield True, 1, f"'{words.split()[0]}': use the imperative ('Add', not 'Added' or 'Adds')"
    if subject.endswith("."):
        yield True, 1, "no full stop at the end of the subject"
    if len(subject) > 72:
        yield True, 1, f"{len(subject)} characters; log views cut at 72"
    elif len(subject) > 50:
        yield False, 1, f"{len(subject)} characters; up to 50 reads best"
    if len(lines) > 1 and lines[1]:
        yield True, 2, "leave the second line empty, or git takes both for the subject"
    fenced = False
    for number, line in enumerate(lines[2:], 3):
        fenced ^= line.startswith("```")
        quoted = fenced or line.startswith(("    ", "\t", ">")) or TRAILER.match(line)
        if len(line) > 72 and not quoted and " " in line.strip()[:72]:
            yield False, number, f"{len(line)} characters; wrap at 72"
        if re.match(r"^(<{7}|>{7}) ", line):
            yield True, number, "a conflict marker"


def main(arguments):
    conventional = "--conventional" in arguments
    files = [a for a in arguments if a != "--conventional"]
    if len(files) != 1 or files[0] in ("-h", "--help"):
        sys.exit(__doc__)
    if files[0] == "-":
        text = sys.stdin.read()
    else:
        with open(files[0], encoding="utf-8") as file:
            text = file.read()
    findings = list(check(lines_of(text), conventional))
    for is_error, number, message in findings:
        print(f"{'error' if is_error else 'note'}: line {number}: {message}", file=sys.stderr)
    return 1 if any(is_error for is_error, _, _ in findings) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
