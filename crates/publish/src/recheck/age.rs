//! Packages without a release for long. Nothing follows from it but that somebody may look.

use registry_index::{Finding, Layout, Place, Registry, Severity};

use super::{Rechecked, STALE};

pub(super) fn look(registry: &Registry, now: &str, months: u32, done: &mut Rechecked) {
    for package in registry.packages.values() {
        // What is given up needs nobody to look.
        if package.deprecated.is_some() {
            continue;
        }
        let newest = package
            .releases
            .iter()
            .map(|release| &release.record.published)
            .max();
        let Some(newest) = newest else { continue };
        match since(newest, now) {
            Some(past) if past >= months => done.findings.push(Finding {
                place: Place::file(Layout::entry(&package.name)),
                severity: Severity::Note,
                rule: STALE,
                package: Some(package.name.to_string()),
                message: format!("its newest release is {past} months old"),
                help: "if it still works nothing has to be done; else release it anew, or deprecate it".into(),
            }),
            _ => {}
        }
    }
}

/// Whole months between two times in RFC 3339; none where `then` is later, or one is no time.
fn since(then: &str, now: &str) -> Option<u32> {
    let months = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.get(..10)?.split('-').map(str::parse::<u32>);
        let (year, month, day) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        Some((year * 12 + month, day))
    };
    let ((then, first), (now, last)) = (months(then)?, months(now)?);
    now.checked_sub(then + u32::from(last < first))
}

#[cfg(test)]
mod tests {
    use super::since;

    #[test]
    fn months_are_counted_when_they_are_whole() {
        for (then, now, months) in [
            ("2025-01-15T00:00:00Z", "2026-01-15T00:00:00Z", Some(12)),
            ("2025-01-15T00:00:00Z", "2026-01-14T23:59:59Z", Some(11)),
            ("2026-01-15T00:00:00Z", "2026-01-15T00:00:00Z", Some(0)),
            ("2026-02-01T00:00:00Z", "2026-01-31T00:00:00Z", None),
            ("nonsense", "2026-01-31T00:00:00Z", None),
        ] {
            assert_eq!(since(then, now), months, "{then} {now}");
        }
    }
}
