#!/usr/bin/env python3
"""Point at spots in SQL files that deserve a second look. Connects to nothing.

usage: sql_scan.py FILE... [--migration]     (FILE may be - for standard input)

--migration   also report what locks tables or breaks code that is still running
Exit 0: nothing found, 1: something found, 2: usage.
"""
import re
import sys

TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>"[^"]*"|`[^`]*`)',
    re.DOTALL,
)

# (id, pattern on one blanked statement in lower case, message)
QUERY = [
    ("null-equals", r"\b(where|on|and|or|not|having|when)\s+[\w.]+\s*(<>|!=|=)\s*null\b", "comparison with NULL is never true; use IS [NOT] NULL"),
    ("not-in", r"\bnot\s+in\s*\(\s*select\b", "one NULL in the subquery empties the result; use NOT EXISTS"),
    ("all-rows", r"^\s*(update\b(?!.*\bwhere\b)|delete\s+from\b(?!.*\bwhere\b))", "changes every row; is that meant?"),
    ("cross-join", r"\bfrom\s+[\w.\"]+(\s+(as\s+)?\w+)?\s*,\s*[\w.\"]+\b(?!.*\bwhere\b)", "two tables without a condition"),
    ("between-days", r"\bbetween\s+(''|\$\d|\?|:\w+)", "if the column has a time of day, the last day is cut off; use >= and <"),
    ("function-on-column", r"\bwhere\b.*\b(lower|upper|date|trunc|date_trunc|substr|substring|coalesce|cast|to_char)\s*\(\s*[a-z_]\w*(\.\w+)?\s*[,)]",
     "a plain index on the column is not used; index the expression or turn the condition round"),
    ("offset", r"\boffset\s+(\d{3,}|\$|\?|:)", "reads and throws away all rows before; page by key instead"),
    ("select-star", r"\bselect\s+(distinct\s+)?(\w+\.)?\*", "columns that are added later come along; name them where code depends on them"),
    ("random-order", r"\border\s+by\s+(random|rand)\s*\(", "sorts the whole table for a few rows"),
    ("union", r"\bunion\b(?!\s+all)", "sorts to remove duplicates; UNION ALL if there are none"),
    ("distinct", r"\bselect\s+distinct\b.*\bjoin\b", "DISTINCT over a join often hides a join that multiplies"),
]
MIGRATION = [
    ("index-locks", r"\bcreate\s+(unique\s+)?index\s+(?!concurrently)", "blocks writes while it builds; PostgreSQL: CONCURRENTLY, outside a transaction"),
    ("not-null", r"\balter\s+(column\s+)?.*\bset\s+not\s+null\b", "scans the table under a lock; add a CHECK ... NOT VALID, validate it, then set"),
    ("required-column", r"\badd\s+(column\s+)?(if\s+not\s+exists\s+)?\w+\s+[^,;]*\bnot\s+null\b(?![^,;]*\bdefault\b)",
     "fails if there are rows; and code still running inserts without it"),
    ("type-change", r"\balter\s+(column\s+)?\w+\s+(set\s+data\s+)?type\b", "rewrites the table under an exclusive lock in most cases"),
    ("rename", r"\brename\s+(column|to)\b", "code that is still running knows the old name; add, copy, switch, drop"),
    ("drop", r"\bdrop\s+(table|column)\b", "cannot be taken back; a release before, make sure that nothing reads it"),
    ("foreign-key", r"\badd\s+(constraint\s+\w+\s+)?foreign\s+key\b(?!.*\bnot\s+valid\b)", "checks all rows under locks on both tables; NOT VALID, then VALIDATE"),
    ("big-update", r"^\s*(update|delete)\b", "in a migration: how many rows? Do it in portions, apart from schema changes"),
    ("truncate", r"^\s*truncate\b", "removes everything, and in MySQL ends the transaction"),
]


def blank(match):
    """Comments vanish, literals keep their quotes; line breaks stay so that numbers are right."""
    body = match.group(0)
    newlines = "\n" * body.count("\n")
    if match.lastgroup == "comment":
        return " " + newlines
    if match.group("text") is not None:
        return ("'%'" if body.startswith("'%") else "''") + newlines
    if match.group("dollar") is not None:
        return "''" + newlines
    return body[1:-1].replace(" ", "_") + newlines


def statements(sql):
    """(first line, blanked lower-case text) of each statement."""
    line = 1
    for part in TOKEN.sub(blank, sql).split(";"):
        lead = len(part) - len(part.lstrip())
        yield line + part[:lead].count("\n"), part.strip().lower()
        line += part.count("\n")


def special(text):
    """Checks that need more than one pattern."""
    limit = re.search(r"\blimit\b", text)
    if limit and not re.search(r"\border\s+by\b", text) and not re.search(r"\blimit\s+1\s*\)", text):
        yield limit.start(), "limit-without-order", "which rows come is left to chance"
    wild = re.search(r"\bi?like\s+'%'", text)
    if wild:
        yield wild.start(), "leading-wildcard", "a pattern that begins with % reads the whole table; trigram or full-text index"
    count = re.search(r"\bcount\s*\(\s*(?!distinct\b)[a-z_][\w.]*\s*\)", text)
    if count and not re.search(r"\bleft\s+(outer\s+)?join\b", text):
        yield count.start(), "count-column", "counts only rows where the column is not NULL"
    for join in re.finditer(r"\bleft\s+(?:outer\s+)?join\s+([\w.]+)(?:\s+(?:as\s+)?(?!on\b|using\b)(\w+))?", text):
        name = re.escape(join.group(2) or join.group(1).split(".")[-1])
        where = re.search(r"\bwhere\b(.*)", text[join.end():], re.DOTALL)
        used = where and re.search(rf"\b{name}\.(\w+)\s*(=|<|>|in\b|like\b|between\b)", where.group(1))
        if used:
            place = join.end() + where.start(1) + used.start()
            yield place, "left-then-where", f"a condition on {name}.{used.group(1)} in WHERE makes the LEFT JOIN an inner one; move it to ON"


def scan(sql, migration):
    """Yield (line, id, message) in order of lines."""
    rules = QUERY + (MIGRATION if migration else [])
    found = []
    for first, text in statements(sql):
        hits = list(special(text))
        for rule, pattern, message in rules:
            hit = re.search(pattern, text, re.DOTALL)
            if hit:
                hits.append((hit.start(1) if rule == "function-on-column" else hit.start(), rule, message))
        found += [(first + text[:at].count("\n"), rule, message) for at, rule, message in hits]
    return sorted(found)


def main(arguments):
    migration = "--migration" in arguments
    files = [a for a in arguments if a != "--migration"]
    if not files or any(a.startswith("--") for a in files) or "-h" in files:
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    for name in files:
        if name == "-":
            sql = sys.stdin.read()
        else:
            with open(name, encoding="utf-8") as file:
                sql = file.read()
        for line, rule, message in scan(sql, migration):
            print(f"{name}:{line}: {rule}: {message}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
