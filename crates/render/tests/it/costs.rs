//! Templates that ask for more than they may have. Each ends within two seconds of processor time
//! and 256 MiB of memory, as the kernel counts them, and with the verdict written beside it.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use render::RenderError;
use serde_json::json;

use super::{alone, render};

/// How a template ends.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It is harmless, and this long.
    Renders(usize),
    /// The guard, a bounded filter, the budget or the fuel says so, with these words in it.
    Refused(&'static str),
    Memory,
    Cpu,
    /// Either of the two: which comes first depends on the machine.
    MemoryOrCpu,
    Output,
}

use Verdict::{Cpu, Memory, MemoryOrCpu, Output, Refused, Renders};

fn expression(text: impl AsRef<str>) -> String {
    format!("{{{{ {} }}}}", text.as_ref())
}

fn repeated(before: &str, unit: &str, count: usize, after: &str) -> String {
    format!("{before}{}{after}", unit.repeat(count))
}

/// What the engine's parser and compiler recurse over: each of these ended the process.
#[allow(clippy::too_many_lines, reason = "a table")]
fn deep() -> Vec<(&'static str, String, Verdict)> {
    const TOO_BIG: Verdict = Refused("a template has at most 64 KiB");
    const CHAIN: Verdict = Refused("more than 64 times");
    const WORDS: Verdict = Refused("more than 2000 words in one tag");
    const BRACKETS: Verdict = Refused("more than 32 brackets");
    vec![
        (
            "file of 200 KB",
            repeated("{{ ", "-", 200_000, "1 }}"),
            TOO_BIG,
        ),
        ("minus", repeated("{{ ", "-", 20_000, "1 }}"), WORDS),
        ("minus, few", repeated("{{ ", "-", 100, "1 }}"), CHAIN),
        ("minus, spaced", repeated("{{ ", "- ", 1_900, "1 }}"), CHAIN),
        ("not", repeated("{{ ", "not ", 16_000, "true }}"), WORDS),
        ("not, few", repeated("{{ ", "not ", 1_900, "true }}"), CHAIN),
        ("power", repeated("{{ 1", "**1", 900, " }}"), CHAIN),
        ("sum", repeated("{{ 1", "+1", 900, " }}"), CHAIN),
        (
            "mixed sum",
            repeated("{{ 1", "+1-1*1/1//1%1~1", 100, " }}"),
            CHAIN,
        ),
        (
            "ternary",
            repeated("{{ 1", " if 1 else 1", 400, " }}"),
            CHAIN,
        ),
        ("filters", repeated("{{ 1", "|string", 900, " }}"), CHAIN),
        ("tests", repeated("{{ 1", " is true", 900, " }}"), CHAIN),
        ("attributes", repeated("{{ x", ".x", 900, " }}"), CHAIN),
        ("subscripts", repeated("{{ x", "[0]", 600, " }}"), CHAIN),
        ("calls", repeated("{{ x", "()", 900, " }}"), CHAIN),
        ("comparisons", repeated("{{ 1", " < 1", 900, " }}"), CHAIN),
        ("or", repeated("{{ 0", " or 0", 900, " }}"), CHAIN),
        (
            "parentheses",
            format!("{{{{ {}1{} }}}}", "(".repeat(900), ")".repeat(900)),
            BRACKETS,
        ),
        (
            "lists",
            format!("{{{{ {}{} }}}}", "[".repeat(900), "]".repeat(900)),
            BRACKETS,
        ),
        (
            "maps",
            format!("{{{{ {}1{} }}}}", "{1:".repeat(400), "}".repeat(400)),
            BRACKETS,
        ),
        (
            "if",
            repeated("", "{% if 1 %}", 6_000, ""),
            Refused("more than 32 blocks"),
        ),
        (
            "for",
            repeated("", "{% for a in b %}", 4_000, ""),
            Refused("more than 32 blocks"),
        ),
        (
            "elif",
            repeated("{% if 0 %}", "{% elif 0 %}", 5_000, "{% endif %}"),
            Refused("more than 64 `elif`"),
        ),
        (
            "assignment",
            format!("{{% set {}a{} = 1 %}}", "(".repeat(900), ")".repeat(900)),
            BRACKETS,
        ),
        (
            "string upon string",
            repeated("{{ ", "'a'", 1_999, " }}"),
            Renders(1_999),
        ),
        (
            "list of many",
            repeated("{{ [", "1,", 900, "]|length }}"),
            Renders(3),
        ),
        (
            "raw",
            repeated("{% raw %}", "{{ -", 10_000, "{% endraw %}"),
            Renders(40_000),
        ),
        ("comment", repeated("{#", "-", 60_000, "#}"), Renders(0)),
        ("open tags", repeated("", "{{", 30_000, ""), WORDS),
        (
            "open comments",
            repeated("", "{#", 30_000, ""),
            Refused("unexpected end of comment"),
        ),
    ]
}

/// What makes much of little.
#[allow(clippy::too_many_lines, reason = "a table")]
fn large() -> Vec<(&'static str, String, Verdict)> {
    const LONG: Verdict = Refused("the text would be longer than");
    let doubling = "{% set ns = namespace(s='xxxxxxxxxxxxxxxx') %}{% for i in range(28) %}{% set ns.s = ns.s OP ns.s %}{% endfor %}{{ ns.s | length }}";
    let twins = |levels: usize, last: &str| {
        format!(
            "{{% set ns = namespace(v=[1], w=[1]) %}}{{% for i in range({levels}) %}}{{% set ns.v = [ns.v, ns.v] %}}{{% set ns.w = [ns.w, ns.w] %}}{{% endfor %}}{last}"
        )
    };
    vec![
        ("print a long text again", "{% set s = 'x' * 100000000 %}{% for i in range(100) %}{{ s }}{% endfor %}".into(), Memory),
        ("print a short text again", "{% set s = 'x' * 100000 %}{% for i in range(100) %}{{ s }}{% endfor %}".into(), Output),
        ("double by ~", doubling.replace("OP", "~"), Memory),
        ("double by +", doubling.replace("OP", "+"), Memory),
        ("repeat", expression("('x' * 100000000) | length"), Memory),
        ("repeat, more", expression("('x' * 100000001) | length"), Refused("repeated string is too large")),
        ("repeat a list", expression("([1] * 2000000000) | list | length"), Refused("repeated sequence is too large")),
        ("replace", "{% set s = 'a' * 10000 %}{{ s | replace('a', 'b' * 100000) | length }}".into(), LONG),
        ("replace nothing", "{% set s = 'a' * 10000 %}{{ s | replace('', 'b' * 100000) | length }}".into(), LONG),
        ("indent", expression("('\\n' * 1000000) | indent(2000) | length"), LONG),
        ("indent by much", expression("'a' | indent(1000000000, true)"), LONG),
        ("join", "{% set l = range(10000) | list %}{{ l | join('x' * 10000) | length }}".into(), LONG),
        ("join one text often", "{% set s = 'x' * 100000 %}{{ ([s] * 10000) | join | length }}".into(), LONG),
        ("range", expression("range(1000000000) | length"), Refused("range has too many elements")),
        ("range, less", expression("range(100000) | length"), Refused("at most 10000")),
        ("format", expression("'%1000000000s' | format('a')"), Refused("a format's width")),
        ("format, precision", expression("'%.1000000000f' | format(1.5)"), Refused("a format's width")),
        ("format, star", expression("'%*s' | format(1000000000, 'a')"), Refused("a format's width")),
        ("format, key", expression("'%(a%b)1000000000s' | format(**{'a%b': 1})"), Refused("a format's width")),
        ("center", expression("'a' | center(2000000000)"), Refused("there is no filter `center`")),
        ("batch", expression("[1] | batch(100000000, 'x') | list | length"), Refused("at most 10000")),
        ("slice", expression("[1] | slice(100000000) | list | length"), Refused("at most 10000")),
        ("slice by name", expression("[1] | slice(count=100000000) | list | length"), Refused("cannot convert map to usize")),
        ("power", expression("10 ** 10000000"), Refused("unable to calculate")),
        ("split", expression("('a,' * 40000000) | split(',') | list | length"), Refused("filters are given too much")),
        ("twins written", twins(30, "{{ ns.v }}"), Output),
        ("twins as json", twins(30, "{{ ns.v | json | length }}"), LONG),
        ("twins as yaml", twins(20, "{{ ns.v | yaml | length }}"), LONG),
        ("twins as text", twins(30, "{{ ns.v | string | length }}"), LONG),
        ("twins glued", twins(30, "{{ ns.v ~ '' }}"), MemoryOrCpu),
        ("twins in upper case", twins(30, "{{ ns.v | upper }}"), LONG),
        ("twins compared", twins(40, "{{ ns.v == ns.w }}"), Cpu),
        ("chained upon itself", "{% set ns = namespace(v=[1]) %}{% for i in range(40) %}{% set ns.v = ns.v | chain(ns.v) %}{% endfor %}{{ ns.v | list | length }}".into(), Refused("filters are given too much")),
    ]
}

/// What takes long.
#[allow(clippy::too_many_lines, reason = "a table")]
fn slow() -> Vec<(&'static str, String, Verdict)> {
    const STEPS: Verdict = Refused("runs too many steps");
    const MUCH: Verdict = Refused("filters are given too much to work on");
    vec![
        ("loops in loops", "{% for i in range(9000) %}{% for j in range(9000) %}{% endfor %}{% endfor %}".into(), STEPS),
        ("sorting", "{% set l = range(10000) | list %}{% for i in range(2000) %}{% set q = l | sort(reverse=true) %}{% endfor %}".into(), MUCH),
        ("upper case", "{% set s = 'é' * 1000000 %}{% for i in range(9000) %}{% set q = s | upper %}{% endfor %}".into(), MUCH),
        ("unique", "{% set l = range(10000) | list %}{% for i in range(9000) %}{% set q = l | unique %}{% endfor %}".into(), MUCH),
        ("a macro of itself", "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}".into(), Refused("recursion")),
        ("a loop of itself", "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}".into(), Refused("recursion")),
        ("include itself", "{% include 'x.j2' %}".into(), Refused("there is no `{% include %}`")),
        ("import itself", "{% from 'x.j2' import a %}".into(), Refused("there is no `{% from %}`")),
        ("a list in a list", "{% set ns = namespace(v=[]) %}{% for i in range(9000) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v | length }}".into(), Renders(1)),
        ("written, a list in a list", "{% set ns = namespace(v=[]) %}{% for i in range(9000) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v }}".into(), Renders(18_002)),
        ("as json, a list in a list", "{% set ns = namespace(v=[]) %}{% for i in range(9000) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v | json }}".into(), Refused("nested more than 32 deep")),
        ("many expressions", "{{ 1 }}".repeat(9_000), Renders(9_000)),
    ]
}

fn verdict(outcome: Result<String, RenderError>, expected: &Verdict) -> Result<Verdict, String> {
    match (outcome, expected) {
        (Ok(text), _) => Ok(Renders(text.len())),
        (Err(RenderError::Memory { .. } | RenderError::Cpu { .. }), MemoryOrCpu) => Ok(MemoryOrCpu),
        (Err(RenderError::Memory { .. }), _) => Ok(Memory),
        (Err(RenderError::Cpu { .. }), _) => Ok(Cpu),
        (Err(RenderError::Output { .. }), _) => Ok(Output),
        (Err(RenderError::Template { message, .. }), Refused(words)) if message.contains(words) => {
            Ok(Refused(words))
        }
        (Err(error), _) => Err(error.to_string()),
    }
}

fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("Linux has it");
    let time = |time: nix::sys::time::TimeVal| {
        Duration::from_micros((time.tv_sec() * 1_000_000 + time.tv_usec()).unsigned_abs())
    };
    time(usage.user_time()) + time(usage.system_time())
}

#[test]
fn all_end_in_time_and_memory_with_their_verdict() {
    let _alone = alone();
    // The kernel ends a process at the first tick after its time is up.
    let allowed = Duration::from_secs(2) + Duration::from_millis(100);
    let cases: Vec<_> = deep().into_iter().chain(large()).chain(slow()).collect();
    assert!(cases.len() >= 70, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for (name, text, expected) in cases {
        let (used, begun) = (processor_time(), Instant::now());
        let got = verdict(render(text, json!({})), &expected);
        let (used, lasted) = (processor_time() - used, begun.elapsed());
        println!("{name:28} {used:>10.1?} {lasted:>10.1?}  {got:?}");
        if got.as_ref() != Ok(&expected) {
            wrong.push(format!("{name}: {got:?}, not {expected:?}"));
        }
        if used > allowed {
            wrong.push(format!("{name}: {used:?} of processor time"));
        }
    }
    // In KiB on Linux: the largest of all children so far.
    let largest = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    println!("largest child: {largest} KiB");
    assert!(largest <= 256 * 1024, "a child had {largest} KiB");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
