//! A new version beside the newest release that nothing speaks against: what does it want that its
//! users have not agreed to?

use std::collections::BTreeSet;

use registry_index::{
    Manifest, PackageName, Record, Source, component,
    component::ComponentKind,
    load::FileKind,
    manifest::VariableKind,
    uses::{self, Certainty, Use, UseKind},
};
use semver::Version;

use super::{Case, DecideError, causes, found::Found, prose};

/// A version of a package that has none yet: only what a reader may overlook.
pub(super) fn first(name: &PackageName, source: &Source, found: &mut Found) {
    let uses = uses::find(source);
    hazards(name, &uses, found);
    for use_ in uses.iter().filter(|use_| use_.kind == UseKind::SelfRunning) {
        found.add(&causes::NEW_SELF_RUNNING, name.as_str(), &use_.value);
    }
    let components = component::summaries(source).into_iter();
    found
        .new_components
        .extend(components.map(|component| (name.clone(), component)));
}

/// A version of a package that is known. `pending` is the version that the base has in its place.
pub(super) fn version(
    case: &Case<'_>,
    name: &PackageName,
    source: &Source,
    pending: Option<&Version>,
    found: &mut Found,
) -> Result<(), DecideError> {
    let Some(manifest) = &source.manifest else {
        let message = "its paracle.toml cannot be understood";
        found.add(&causes::CHECK_ERRORS, name.as_str(), message);
        return Ok(());
    };
    let records = case.at_base().records(name)?;
    if let Some(known) = records
        .iter()
        .find(|known| known.manifest.version == manifest.version)
    {
        same_version(name, source, known, found);
        return Ok(());
    }
    // What the base has and the release job has not yet released may be released at any moment.
    if pending == Some(&manifest.version) {
        let message = format!("{} is about to be released", manifest.version);
        found.add(&causes::NO_NEW_VERSION, name.as_str(), message);
        return Ok(());
    }
    let released = records.iter().map(|record| &record.manifest.version);
    order(name, &manifest.version, released.chain(pending), found);
    match case.at_base().newest(name)? {
        Some(record) => {
            against(name, source, manifest, &record, found);
            found.add(
                &causes::OWN_NEW_VERSION,
                name.as_str(),
                manifest.version.to_string(),
            );
        }
        None => {
            found.add(&causes::NO_GOOD_RELEASE, name.as_str(), "");
            first(name, source, found);
        }
    }
    Ok(())
}

fn same_version(name: &PackageName, source: &Source, known: &Record, found: &mut Found) {
    let version = &known.manifest.version;
    let is_same = client::filling::pack(source)
        .is_ok_and(|packed| packed.content_id.0 == known.archive.content_id.bytes());
    match is_same {
        true => found.add(&causes::NO_NEW_VERSION, name.as_str(), version.to_string()),
        false => found.add(
            &causes::RELEASED_CONTENT,
            name.as_str(),
            version.to_string(),
        ),
    }
}

/// A compatibility line: 1.x, 0.3.x.
fn line(version: &Version) -> (u64, u64, u64) {
    match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    }
}

fn order<'a>(
    name: &PackageName,
    version: &Version,
    known: impl Iterator<Item = &'a Version> + Clone,
    found: &mut Found,
) {
    let mut higher = known.filter(|known| *known > version);
    let same = higher.clone().find(|known| line(known) == line(version));
    if let Some(known) = same {
        let message = format!("{version} is lower than {known}");
        found.add(&causes::VERSION_LOWER, name.as_str(), message);
    } else if let Some(known) = higher.next() {
        let message = format!("{version} comes after {known}");
        found.add(&causes::OLDER_LINE, name.as_str(), message);
    }
}

fn against(
    name: &PackageName,
    source: &Source,
    manifest: &Manifest,
    record: &Record,
    found: &mut Found,
) {
    let subject = name.as_str();
    let old = &record.manifest;
    if manifest.kind != old.kind {
        let message = format!(
            "{} instead of {}",
            manifest.kind.as_str(),
            old.kind.as_str()
        );
        found.add(&causes::KIND_CHANGE, subject, message);
    }
    if manifest.license != old.license {
        let message = format!("{} instead of {}", manifest.license, old.license);
        found.add(&causes::LICENSE_CHANGE, subject, message);
    }
    for what in prose::identity(manifest, old) {
        found.add(&causes::IDENTITY_CHANGE, subject, what);
    }
    for path in prose::beyond(source, record) {
        found.code.push((subject.to_owned(), path));
    }
    let known: BTreeSet<String> = declared(old).into_iter().chain(seen(record)).collect();
    for new in declared(manifest).difference(&known) {
        found.add(&causes::NEW_USE, subject, format!("declared: {new}"));
    }
    let uses = uses::find(source);
    for use_ in &uses {
        used(name, use_, record, &known, found);
    }
    hazards(name, &uses, found);
    for (dependency, wanted) in &manifest.dependencies {
        let before = old.dependencies.get(dependency);
        // Needed where it was offered is new as well: nobody is asked about it any more.
        let is_known = before.is_some_and(|before| {
            before.registry == wanted.registry && (wanted.optional || !before.optional)
        });
        if !is_known {
            found.add(&causes::NEW_DEPENDENCY, subject, dependency.as_str());
        }
    }
    executables(subject, source, record, found);
    let known: BTreeSet<(ComponentKind, &str)> = record
        .components
        .iter()
        .map(|component| (component.kind, component.id.as_str()))
        .collect();
    for component in component::summaries(source) {
        if !known.contains(&(component.kind, component.id.as_str())) {
            found.new_components.push((name.clone(), component));
        }
    }
}

/// Files that may be run and could not be before.
fn executables(subject: &str, source: &Source, record: &Record, found: &mut Found) {
    let was_executable = |path: &str| {
        let mut files = record.files.iter();
        files.any(|file| file.executable && file.path == path)
    };
    for file in source
        .files
        .iter()
        .filter(|file| file.kind == FileKind::Regular)
    {
        if file.executable && client::filling::is_packed(&file.path) && !was_executable(&file.path)
        {
            found.add(&causes::NEW_EXECUTABLE, subject, &file.path);
        }
    }
}

/// A use that the files have and the last release neither declared nor had.
fn used(
    name: &PackageName,
    use_: &Use,
    record: &Record,
    known: &BTreeSet<String>,
    found: &mut Found,
) {
    let kind = match &use_.kind {
        UseKind::SelfRunning => {
            if !record.found.self_running.contains(&use_.value) {
                found.add(&causes::NEW_SELF_RUNNING, name.as_str(), &use_.value);
            }
            return;
        }
        UseKind::Network => "network",
        UseKind::Command(_) => "commands",
        UseKind::Environment => "environment",
        UseKind::Unpinned | UseKind::Piped => return,
    };
    let is_known = use_.is_declared(&record.manifest.uses)
        || known.contains(&format!("{kind} {}", use_.value));
    if use_.certainty == Certainty::Shown && !is_known {
        let message = format!("found: {kind} {} in {}", use_.value, use_.file);
        found.add(&causes::NEW_USE, name.as_str(), message);
    }
}

/// What is fetched and run, unseen or in whatever version there is then. A record does not say whether
/// the last release did so too; a person is asked each time.
fn hazards(name: &PackageName, uses: &[Use], found: &mut Found) {
    let is_hazard = |use_: &&Use| {
        matches!(use_.kind, UseKind::Unpinned | UseKind::Piped)
            && use_.certainty == Certainty::Shown
    };
    for use_ in uses.iter().filter(is_hazard) {
        let message = format!("{} in {}", use_.value, use_.file);
        found.add(&causes::UNPINNED, name.as_str(), message);
    }
}

/// All that a manifest says that its package may do, one line each.
fn declared(manifest: &Manifest) -> BTreeSet<String> {
    let uses = &manifest.uses;
    let mut lines = BTreeSet::new();
    let mut lists = vec![
        ("network", &uses.network),
        ("files", &uses.files),
        ("commands", &uses.commands),
        ("environment", &uses.environment),
        ("agents", &uses.agents),
    ];
    if let Some(permissions) = &manifest.permissions {
        lists.push(("network-access", &permissions.network_access));
        lists.push(("file-system", &permissions.file_system));
        for (name, granted) in [
            ("agent-coordination", permissions.agent_coordination),
            ("system-info", permissions.system_info),
            ("user-data", permissions.user_data),
        ] {
            lines.extend(granted.then(|| format!("permission {name}")));
        }
    }
    for (kind, values) in lists {
        lines.extend(values.iter().map(|value| format!("{kind} {value}")));
    }
    let tools = manifest.agents.values().flat_map(|agent| &agent.tools);
    lines.extend(tools.map(|tool| format!("tool {tool}")));
    lines.extend(
        manifest
            .programs
            .keys()
            .map(|program| format!("program {program}")),
    );
    let secrets = manifest.variables.iter();
    let secrets = secrets.filter(|variable| variable.kind == VariableKind::Secret);
    lines.extend(secrets.map(|variable| format!("secret {}", variable.name)));
    lines
}

/// What was found in a release.
fn seen(record: &Record) -> impl Iterator<Item = String> {
    let found = &record.found;
    let kinds = [
        ("network", &found.network),
        ("commands", &found.commands),
        ("environment", &found.environment),
    ];
    kinds.into_iter().flat_map(|(kind, sightings)| {
        let values = sightings.iter();
        values.map(move |sighting| format!("{kind} {}", sighting.value))
    })
}
