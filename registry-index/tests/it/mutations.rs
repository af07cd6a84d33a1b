//! Ten thousand damaged manifests, records and index files: each gives findings with places inside
//! the file, or none, and nothing panics. Deterministic: a failure names the seed that repeats it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use registry_index::{
    Finding, Kind,
    testing::{FakeRegistry, REGISTRY_TOML},
};

const ROUNDS: u64 = 10_000;

const MANIFEST: &str = r#"
repository = "https://github.com/example/thing"
forked-from = "acme/thing@0.9.0"
paracle = ">=1.0.0"
keywords = ["review", "diff"]

[agents.code-thing]
role = "Code reviewer"
tools = ["read_file", "git_diff"]

[dependencies]
"core/other" = "^1"
"acme/slack" = { version = "0.3", optional = true, registry = "https://registry.acme.example/" }

[variables.tracker]
type = "choice"
choices = ["jira", "none"]
default = "none"

[variables.team]
type = "string"
prompt = "Which team does it report to?"
default = "{{ project.name }}"
pattern = "[a-z][a-z-]*"
when = "tracker == 'jira'"

[uses]
network = ["api.github.com"]
files = ["read:src/**"]
commands = ["git diff"]

[requires]
programs = { git = ">=2.30" }
"#;

const FRAGMENTS: &[&str] = &[
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\0",
    "\u{1b}[31m",
    "\\u202e",
    "\\",
    "\"",
    "\"\"\"",
    "'''",
    "[[",
    "]]",
    "[",
    "]",
    "{",
    "}",
    "={",
    "=",
    ".",
    ",",
    "\n",
    "\r",
    "\r\n",
    "#",
    "\n[package]\n",
    "\n[[yanked]]\n",
    "\nformat = 1\n",
    "\npackage = 3\n",
    "format = 99",
    "a.b.c.d = 1\n",
    "\"\".\"\" = 1\n",
    "1e400",
    "-nan",
    "inf",
    "9223372036854775808",
    "-1",
    "0x7fffffffffffffff",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "true",
    "{{",
    "}}",
    "{% for x in y %}",
    "{#",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\",
    "https://a:b@evil.example/",
    "javascript:alert(1)",
    "con",
    "--help",
    "core/con",
    "0.0.0",
    "1.0.0+x",
    "99999999999999999999.0.0",
    "^",
    "*",
    "(x{1000}){1000}",
    "((((((((",
    "[z-a]",
    "\u{1f980}",
    "e\u{301}",
    "\u{df}",
    "\u{130}",
    "__",
    "MIT OR",
    "(((MIT",
    "LicenseRef-x",
    "github:0",
    "[variables.x]\n",
    "type = 'secret'\n",
    "\n[dependencies]\n\"core/thing\" = '1'\n",
];

/// A linear congruential generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn range(&mut self, limit: usize) -> std::ops::Range<usize> {
        let start = self.below(limit);
        start..(start + self.below(40)).min(limit)
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    match random.below(9) {
        0 => {
            let at = random.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            let range = random.range(bytes.len());
            bytes.drain(range);
        }
        2..=4 => {
            let fragment = FRAGMENTS[random.below(FRAGMENTS.len())];
            let times = [1, 1, 1, 2, 50][random.below(5)];
            let at = random.below(bytes.len() + 1);
            bytes.splice(at..at, fragment.repeat(times).into_bytes());
        }
        5 => lines(bytes, random, |lines, a, b| lines.swap(a, b)),
        6 => lines(bytes, random, |lines, a, b| {
            let copy = lines[a].clone();
            lines.insert(b, copy);
        }),
        7 => bytes.truncate(random.below(bytes.len() + 1)),
        _ => lines(bytes, random, |lines, a, b| {
            let value = |line: &[u8]| line.iter().position(|byte| *byte == b'=').map(|at| at + 1);
            if let (Some(x), Some(y)) = (value(&lines[a]), value(&lines[b])) {
                let moved = lines[b][y..].to_vec();
                lines[a].truncate(x);
                lines[a].extend(moved);
            }
        }),
    }
}

fn lines(
    bytes: &mut Vec<u8>,
    random: &mut Random,
    change: impl FnOnce(&mut Vec<Vec<u8>>, usize, usize),
) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (random.below(lines.len()), random.below(lines.len()));
    change(&mut lines, a, b);
    *bytes = lines.join(&b'\n');
}

fn registry() -> FakeRegistry {
    FakeRegistry::new()
        .package("core/code-thing", |p| {
            let (keys, tables) = MANIFEST.split_once("\n\n").expect("it has tables");
            let keys = keys.lines().filter_map(|line| line.split_once(" = "));
            keys.fold(p, |p, (key, toml)| p.set(key, toml)).toml(tables)
        })
        .released_with("core/other", "1.0.0", |p| p.kind(Kind::Skill).file("CHANGELOG.md", "# x"))
        .released("core/thing", "1.0.0")
        .entry(
            "core/thing",
            "owners = ['github:5']\nreplaced-by = 'core/other'\n[[yanked]]\nversion = '1.0.0'\nreason = 'x'\n",
        )
        .renamed("core/old-thing", "core/thing")
}

const FILES: &[&str] = &[
    "templates/agents/code-thing/paracle.toml",
    "templates/agents/code-thing/paracle.toml",
    "templates/agents/code-thing/tests/default/answers.toml",
    "registry-index/packages/core/other/1.0.0.toml",
    "registry-index/packages/core/other/1.0.0.toml",
    "registry-index/packages/core/thing/package.toml",
    "registry-index/registry.toml",
    "registry-index/renames.toml",
    "registry-index/namespaces/core.toml",
];

fn assert_place_is_inside(finding: &Finding, path: &str, text: &str) {
    let lengths = [
        finding.message.chars().count(),
        finding.help.chars().count(),
    ];
    assert!(
        lengths.iter().all(|length| (1..=501).contains(length)),
        "{finding:?}"
    );
    if finding.place.file == path && finding.place.line > 0 {
        let line = text.split('\n').nth(finding.place.line - 1);
        let length = line.expect("the line exists").chars().count();
        assert!(
            (1..=length + 1).contains(&finding.place.column),
            "{finding:?}"
        );
    }
}

#[test]
fn damaged_files_give_findings_and_never_a_panic() {
    let base = registry();
    assert_eq!(
        base.world()
            .findings()
            .iter()
            .filter(|f| f.severity.as_str() == "error")
            .count(),
        0
    );
    let (mut with_findings, mut unread) = (0, 0);
    for seed in 0..ROUNDS {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let path = FILES[random.below(FILES.len())];
        let mut bytes = base.text(path).into_bytes();
        for _ in 0..=random.below(3) {
            mutate(&mut bytes, &mut random);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let findings = base.clone().file(path, bytes).world().findings();
            for finding in &findings {
                assert_place_is_inside(finding, path, &text);
            }
            findings
        }));
        let findings = judged.unwrap_or_else(|_| panic!("seed {seed}, {path}:\n{text}"));
        with_findings += u64::from(!findings.is_empty());
        unread += u64::from(findings.iter().any(|f| f.rule == "toml-syntax"));
    }
    // Most damage is noticed, and not all of it as mere syntax.
    assert!(
        with_findings > ROUNDS / 2 && unread < with_findings,
        "{with_findings} {unread}"
    );
}

/// Shapes that overflow a careless parser's stack, fill its memory or take its time.
#[test]
fn bombs_are_findings_too() {
    let deep = 100_000;
    for bomb in [
        format!("{}b = 1\n", "a.".repeat(deep)),
        format!("[{}b]\n", "a.".repeat(deep)),
        format!("[[{}b]]\n", "a.".repeat(deep)),
        format!("a = {}{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}{}\n", "{a=".repeat(deep), "}".repeat(deep)),
        format!("a = {{ {}b = 1 }}\n", "a.".repeat(deep)),
        format!("a = \"{}\"\n", "x".repeat(1 << 20)),
        "\n".repeat(1 << 20),
        "[[yanked]]\n".repeat(deep),
        (0..deep).map(|n| format!("k{n} = 1\n")).collect(),
        format!("owners = [{}]\n", "'x',".repeat(deep)),
    ] {
        for path in [FILES[0], FILES[5]] {
            let text = format!("format = 1\n{bomb}");
            let findings = registry().file(path, text).world().findings();
            assert!((1..100).contains(&findings.len()), "{path} {}", &bomb[..40]);
        }
    }
}

#[test]
fn a_long_file_is_no_fault() {
    let long = format!("{REGISTRY_TOML}\n# {}", "x".repeat(1 << 20));
    let registry = FakeRegistry::new().registry_toml(&long);
    assert_eq!(registry.world().findings(), []);
}

/// Files that break one rule a hundred thousand times.
#[test]
fn floods_are_told_in_few_findings() {
    let deep = 100_000;
    let many = |line: &dyn Fn(usize) -> String| (0..deep).map(line).collect::<String>();
    for (key, list, tables) in [
        ("authors", many(&|n| format!("'@{n}',\n")), String::new()),
        ("categories", many(&|n| format!("'c{n}',\n")), String::new()),
        ("keywords", many(&|n| format!("'K{n}',\n")), String::new()),
        (
            "keywords",
            String::new(),
            format!("[dependencies]\n{}", many(&|n| format!("x{n} = 'y'\n"))),
        ),
        (
            "keywords",
            String::new(),
            format!(
                "[dependencies]\n{}",
                many(&|n| format!("'x{n}/y{n}' = '1'\n"))
            ),
        ),
        (
            "keywords",
            String::new(),
            many(&|n| format!("[variables.x{n}]\ntype = 'int'\ndefault = 'x'\n")),
        ),
        (
            "keywords",
            String::new(),
            format!("[requires.programs]\n{}", many(&|n| format!("-{n} = ''\n"))),
        ),
    ] {
        let registry = FakeRegistry::new().package("core/code-thing", |p| {
            p.set(key, &format!("[{list}]")).toml(&tables)
        });
        let findings = registry.world().findings();
        assert!(
            (1..100).contains(&findings.len()),
            "{key} {} {findings:#?}",
            findings.len()
        );
    }
}
