//! `file-size`: everybody who installs a package pays for its bytes.

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source};

pub(super) static RULE: Rule = Rule {
    id: "file-size",
    severity: Severity::Error,
    about: "No file, no README and no package is larger than the registry takes",
    help: "leave out what users do not need; registry.toml has the limits",
    check: Check::Source(check),
};

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let config = scene.config;
    let mut total: u64 = 0;
    for file in &source.files {
        let most = match file.path.as_str() {
            "README.md" | "CHANGELOG.md" => config.readme_size.min(config.file_size),
            _ => config.file_size,
        };
        if file.length > most {
            let message = format!(
                "{:?} has {} bytes; {most} are the most",
                file.path, file.length
            );
            report.found(source.place(&file.path), message);
        }
        // What stays out of the archive costs those who install nothing.
        if !file.path.starts_with("gallery/") && !file.path.starts_with("tests/") {
            total = total.saturating_add(file.length);
        }
    }
    if total > config.package_size {
        let most = config.package_size;
        let message = format!("the package has {total} bytes; {most} are the most");
        report.found(source.place("paracle.toml"), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, REGISTRY_TOML};

    #[test]
    fn limits_hold() {
        let limits = "\n[policies.sizes]\nfile = 1000\nreadme = 500\npackage = 3000\n";
        let said = |sizes: &[(&str, usize)]| {
            let registry = FakeRegistry::new().registry_toml(&format!("{REGISTRY_TOML}{limits}"));
            let registry = registry.package("core/code-thing", |p| {
                sizes
                    .iter()
                    .fold(p, |p, (path, size)| p.file(path, vec![b'x'; *size]))
            });
            registry.world().said_by("file-size")
        };
        assert_eq!(
            said(&[
                ("project/a", 1000),
                ("gallery/a.png", 900),
                ("tests/x", 900)
            ]),
            [""; 0]
        );
        assert_eq!(
            said(&[("project/a", 1001)]),
            [
                "error templates/agents/code-thing/project/a: \"project/a\" has 1001 bytes; 1000 are the most"
            ]
        );
        assert!(said(&[("README.md", 501)])[0].ends_with("has 501 bytes; 500 are the most"));
        let many = [("project/a", 999), ("project/b", 999), ("project/c", 999)];
        assert!(said(&many)[0].contains("the package has "));
    }
}
