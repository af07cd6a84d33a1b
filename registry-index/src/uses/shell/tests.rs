use super::*;

fn commands(text: &str) -> Vec<String> {
    let words = |command: &Command| {
        let words: Vec<&str> = command.words.iter().map(|w| w.text.as_str()).collect();
        words.join(" ")
    };
    read(text).commands.iter().map(words).collect()
}

#[test]
fn commands_are_told_apart() {
    for (text, wanted) in [
        (
            "git diff main...HEAD | python3 x.py --all\n",
            &["git diff main...HEAD", "python3 x.py --all"][..],
        ),
        (
            "A=1 B='x y' make -j2 && ./run; echo \"a; b\"",
            &["make -j2", "./run", "echo a; b"],
        ),
        (
            "if ! git diff --quiet; then\n  exit 1\nfi",
            &["git diff --quiet", "exit 1"],
        ),
        ("echo $(git log -1) tail", &["git log -1", "echo  tail"]),
        ("echo `git log -1`", &["git log -1", "echo "]),
        (
            "cat <<EOF | jq .\nrm -rf /\nEOF\nls",
            &["cat", "jq .", "ls"],
        ),
        ("cmd >out.txt 2>&1 <in.txt &>all arg", &["cmd arg"]),
        ("# a comment; rm\nls # rm", &["ls"]),
        (
            "case $1 in\n  a|b) git add . ;;\n  *) ls ;;\nesac\npwd",
            &["git add .", "ls", "pwd"],
        ),
        ("case $1 in a) git add .;; esac; pwd", &["git add .", "pwd"]),
        ("build() {\n  make\n}\nbuild", &["make", "build"]),
        ("x=(a b\nc)\nls", &["ls"]),
        ("curl -s \\\n  https://x.org", &["curl -s https://x.org"]),
        ("(cd a && ls)", &["cd a", "ls"]),
        ("diff <(sort a) <(sort b)", &["sort a", "sort b", "diff  "]),
        ("it's fine", &["it's fine"]),
        ("for f in *.py; do python3 \"$f\"; done", &["python3 "]),
        (
            "sh -c \"$(curl -fsSL https://x.org/i)\"",
            &["curl -fsSL https://x.org/i", "sh -c "],
        ),
        ("\"unclosed", &["unclosed"]),
        ("$(((((", &[""]),
    ] {
        let found = commands(text);
        let trimmed: Vec<&str> = found.iter().map(|c| c.trim_end()).collect();
        let wanted: Vec<&str> = wanted.iter().map(|c| c.trim_end()).collect();
        assert_eq!(trimmed, wanted, "{text}");
    }
}

#[test]
fn pipes_and_insides_are_known() {
    let script = read("curl x | sudo sh\nbash <(curl y)\ncurl z |\n  sh");
    let from: Vec<_> = script.commands.iter().map(|c| c.reads_from).collect();
    assert_eq!(from, [None, Some(0), None, None, None, Some(4)]);
    assert_eq!(script.commands[3].first_inside, 2);
    assert_eq!(script.commands[4].first_inside, 4);
}

#[test]
fn variables_that_are_read_and_not_set_are_known() {
    let script = read(
        "A=1\nexport B=2 C\necho $A \"${B:-x}\" '$NO' ${#D} $E2 \\$F $1 $$ ${G}\nfor h in x; do echo $h; done\nread -r I",
    );
    let reads: Vec<&str> = script.reads.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(reads, ["A", "B", "D", "E2", "G", "h"]);
    for name in ["A", "B", "h", "I"] {
        assert!(script.sets.contains(name), "{name}");
    }
    assert!(!script.sets.contains("C"));
}

#[test]
fn hostile_text_is_linear() {
    for piece in [
        "$(",
        "`",
        "<<A\n",
        "\"",
        "${",
        "(",
        "'",
        "a|",
        "<(",
        "case x in ",
        "$((",
        "\\",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        read(&text);
    }
}
