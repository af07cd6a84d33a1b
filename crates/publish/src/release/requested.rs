//! What an author asks to be released: fetched from where it is pinned, and proven to be kept there.

use git::UrlPolicy;
use registry_index::{
    Digest, Finding, Place, Severity, address,
    load::{self, EntryFolder, Source},
    raw::{self, Request, UnknownKeys, Written},
    record, rules,
};
use semver::Version;

use super::{Fresh, Outcome};
use crate::{PublishError, request::content};

/// What came of it.
pub(super) enum Fetched {
    Fresh(Box<Fresh>),
    Other(Outcome),
}

/// Fetches what the request of `entry` pins, which is not released yet.
pub(super) fn fetch(
    entry: &EntryFolder,
    version: &Version,
    world: &client::World,
    policy: &UrlPolicy,
) -> Result<Fetched, PublishError> {
    let Some(written) = &entry.request else {
        return Ok(Fetched::Other(Outcome::Waits(
            entry.name.clone(),
            version.clone(),
        )));
    };
    let asked = Asked {
        entry,
        written,
        request: &written.value,
    };
    if world.offline {
        return Ok(Fetched::Other(Outcome::Waits(
            entry.name.clone(),
            version.clone(),
        )));
    }
    let pin = record::Source {
        git: asked.request.git.get().clone(),
        rev: asked.request.rev.get().clone(),
        path: asked
            .request
            .path
            .as_ref()
            .map_or_else(String::new, |path| path.get().clone()),
    };
    let found = asked.bring(&pin, version, world, policy)?;
    Ok(match found {
        Ok(source) => Fetched::Fresh(Box::new(Fresh {
            source,
            pin,
            request: Some(written.place(&asked.request.rev)),
        })),
        Err(findings) => Fetched::Other(Outcome::Refused(entry.name.to_string(), findings)),
    })
}

struct Asked<'a> {
    entry: &'a EntryFolder,
    written: &'a Written<Request>,
    request: &'a Request,
}

impl Asked<'_> {
    /// The source, as a package of this registry; or what is wrong. Nothing is asked for what the request
    /// itself forbids.
    fn bring(
        &self,
        pin: &record::Source,
        version: &Version,
        world: &client::World,
        policy: &UrlPolicy,
    ) -> Result<Result<Source, Vec<Finding>>, PublishError> {
        let (git, rev) = (
            self.written.place(&self.request.git),
            self.written.place(&self.request.rev),
        );
        // Rules judge later; what is asked at all is decided here.
        if let Some(why) = address::fault(&pin.git) {
            return Ok(Err(vec![self.finding(git, format!("{:?} {why}", pin.git))]));
        }
        if let Err(error) = policy.check(&pin.git) {
            return Ok(Err(vec![self.finding(git, error.to_string())]));
        }
        let Ok(commit) = pin.rev.parse::<git::Commit>() else {
            let message = format!("{:?} is not a commit", pin.rev);
            return Ok(Err(vec![self.finding(rev, message)]));
        };
        let program = git::Program::new(world.git.clone());
        let key = Digest::of(format!("{} {}", pin.git, pin.rev).as_bytes());
        let scratch = world.cache.join("proofs").join(key.short());
        match git::remote::is_kept(&program, &pin.git, &commit, &scratch, policy) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("no branch and no tag of {:?} has this commit", pin.git);
                return Ok(Err(vec![self.finding(rev, message)]));
            }
            Err(error) => return Ok(Err(vec![self.finding(git, error.to_string())])),
        }
        let folder = match client::pinned::fetch(pin, world, policy) {
            Ok(folder) => folder,
            Err(error) => return Ok(Err(vec![self.finding(git, error.to_string())])),
        };
        self.read(&folder, &commit, pin, version)
    }

    fn read(
        &self,
        folder: &std::path::Path,
        commit: &git::Commit,
        pin: &record::Source,
        version: &Version,
    ) -> Result<Result<Source, Vec<Finding>>, PublishError> {
        let path = self.request.path.as_ref();
        let place = path.map_or_else(
            || Place::file(&self.written.file),
            |path| self.written.place(path),
        );
        let repository = git::Repository::open(folder)?;
        let source = match content::source(&repository, commit, &pin.path) {
            Ok(source) => source,
            Err(error) => return Ok(Err(vec![self.finding(place, error.to_string())])),
        };
        let mut faults = content::faults(&repository, commit, &pin.path, &source)?;
        let Some(said) = source
            .written
            .as_ref()
            .map(|written| &written.value.package)
        else {
            faults.push("there is no paracle.toml there that could be read".into());
            return Ok(Err(self.findings(place, faults)));
        };
        let (name, number) = (said.name.get(), said.version.get());
        if name != self.entry.name.as_str() {
            faults.push(format!("the package there is called {name:?}"));
        }
        if !faults.is_empty() {
            return Ok(Err(self.findings(place, faults)));
        }
        if *number != version.to_string() {
            let message = format!("the version there is {number:?}");
            let at = self.written.place(&self.request.version);
            return Ok(Err(vec![self.finding(at, message)]));
        }
        Ok(Ok(self.as_ours(source)))
    }

    /// As if it lay below `templates/`, where the rules look for what they know.
    fn as_ours(&self, source: Source) -> Source {
        let kinds = source.manifest.as_ref().map_or("", |m| m.kind.plural());
        let folder = format!("templates/{kinds}/{}", self.entry.name);
        let keys = UnknownKeys::of::<raw::Manifest>();
        // Read once more: what findings call its files begins with the folder.
        load::source_of_files(&folder, source.files, &keys).0
    }

    fn findings(&self, place: Place, messages: Vec<String>) -> Vec<Finding> {
        let one = |message| self.finding(place.clone(), message);
        messages.into_iter().map(one).collect()
    }

    fn finding(&self, place: Place, message: String) -> Finding {
        let id = "request-true";
        Finding {
            place,
            severity: Severity::Error,
            rule: id,
            package: Some(self.entry.name.to_string()),
            message,
            help: rules::explain(id).map_or_else(String::new, |rule| rule.help.to_owned()),
        }
    }
}
