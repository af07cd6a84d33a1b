//! Names of packages, and namespaces in which no two of them look alike.

use std::collections::HashSet;

/// What a package of a later round is called besides its Debian name.
const SUFFIXES: &[&str] = &[
    "kit", "plus", "lab", "next", "desk", "team", "lite", "works",
];

/// Room for suffixes and for ids made of a name, which have 64 characters at most.
const LONGEST: usize = 48;

/// What some kind of component may not be called, and devices on Windows.
const REFUSED: &[&str] = &["schema", "template", "con", "prn", "aux", "nul"];
/// What some kind of component may not be called in part. Paracle takes `-agent` out of titles
/// before it looks for the name in them.
const RESERVED: &[&str] = &["claude", "anthropic", "paracle", "-agent"];

/// How many namespaces share one residue; see [`namespace`].
const SHARES: u64 = 4;

/// Every name at most once, hyphens or not.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// The name for a Debian package in a round (from 0), unless there can be none.
    pub(super) fn take(&mut self, debian: &str, round: usize) -> Option<String> {
        let mut name = well_formed(debian)?;
        if let Some(nth) = round.checked_sub(1) {
            name = format!("{name}-{}", SUFFIXES[nth % SUFFIXES.len()]);
            if nth >= SUFFIXES.len() {
                name = format!("{name}-{}", nth / SUFFIXES.len() + 1);
            }
        }
        self.taken.insert(folded(&name)).then_some(name)
    }
}

/// `libstdc++6` -> `libstdcpp6`: lower-case words joined by single hyphens.
fn well_formed(debian: &str) -> Option<String> {
    let mut name = String::new();
    for c in debian.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => name.push(c),
            '+' => name.push('p'),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.truncate(LONGEST);
    let name = name.trim_end_matches('-');
    let is_refused = REFUSED.contains(&name)
        || RESERVED.iter().any(|word| name.contains(word))
        || (name.len() == 4 && (name.starts_with("com") || name.starts_with("lpt")));
    (name.len() >= 2 && !is_refused).then(|| name.to_owned())
}

fn folded(name: &str) -> String {
    name.replace('-', "")
}

/// The namespace of a name, one of 296, chosen so that two names which differ by one letter (more,
/// less, another, or two neighbours swapped) never share one: such a pair would be an error.
///
/// A letter more or less changes the parity of the length. Another letter changes the weighted sum
/// modulo a prime larger than the alphabet, and so do swapped neighbours, whose weights differ.
pub(super) fn namespace(name: &str) -> String {
    let folded = folded(name);
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u64::from(byte - b'0') + 26,
        _ => u64::from(byte.wrapping_sub(b'a')),
    };
    let weighted = |(at, byte): (usize, u8)| (at as u64 % 2 + 1) * value(byte);
    let sum = folded.bytes().enumerate().map(weighted).sum::<u64>() % 37;
    let parity = folded.len() as u64 % 2;
    let share = folded.bytes().fold(7u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!(
        "deb-{:03}",
        (sum * 2 + parity) * SHARES + (share >> 40) % SHARES
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Names, namespace};

    #[test]
    fn names_are_well_formed_and_unique_without_their_hyphens() {
        let mut names = Names::default();
        assert_eq!(names.take("libstdc++6", 0).unwrap(), "libstdcpp6");
        assert_eq!(names.take("python3.11", 0).unwrap(), "python3-11");
        assert_eq!(names.take("python31-1", 0), None);
        assert_eq!(names.take("g++", 1).unwrap(), "gpp-kit");
        assert_eq!(names.take("g++", 9).unwrap(), "gpp-kit-2");
        for refused in [
            "x",
            "..",
            "con",
            "com1",
            "schema",
            "libclaude-dev",
            "gpg-agent",
        ] {
            assert_eq!(names.take(refused, 0), None, "{refused}");
        }
        assert_eq!(names.take(&"ab-".repeat(40), 0).unwrap().len(), 47);
    }

    #[test]
    fn neighbours_of_a_name_live_elsewhere() {
        let alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789";
        for name in ["libfoo2-dev", "zzz", "r-cran-aa", "0ad"] {
            let folded = name.replace('-', "");
            let home = namespace(name);
            let mut near = BTreeSet::new();
            for at in 0..folded.len() {
                let bytes = folded.as_bytes();
                let with = |middle: &[u8], rest: usize| {
                    let parts = [&bytes[..at], middle, &bytes[rest..]];
                    String::from_utf8(parts.concat()).unwrap()
                };
                near.insert(with(&[], at + 1));
                for letter in alphabet {
                    near.insert(with(&[*letter], at + 1));
                    near.insert(with(&[*letter], at));
                }
                if at + 1 < bytes.len() {
                    near.insert(with(&[bytes[at + 1], bytes[at]], at + 2));
                }
            }
            near.remove(&folded);
            for near in near {
                assert_ne!(namespace(&near), home, "{name} and {near}");
            }
        }
    }
}
