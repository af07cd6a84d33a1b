//! Blobs as files of the forge's releases: a blob store that a registry has without paying for one.
//!
//! ```text
//! blobs-01, blobs-02, …   releases that are none: marked as previews, each with up to 1,000 files
//! <64 hex digits>         one file a blob, named by its digest
//! ```
//!
//! Which release has a blob says nothing; the digest does. So releases are filled one after the other, and
//! what is anywhere is never sent again. A file whose upload was cut off is replaced.

use std::collections::BTreeMap;

use registry_index::{
    Digest, Registry,
    blobs::{Blobs, FolderBlobs},
    registry::Status,
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    PublishError,
    error::io_error,
    forge::{Api, ForgeError, RepoName},
};

/// Files a release may have. <https://docs.github.com/repositories/releasing-projects-on-github/about-releases>
const MOST: usize = 1_000;
/// What the tags begin with.
const PREFIX: &str = "blobs-";
/// No blob is larger: that of the largest archive.
const LARGEST: u64 = 128 << 20;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Blobs sent or brought.
    pub moved: usize,
    /// Blobs that were there already.
    pub present: usize,
    /// Blobs that neither side has.
    pub missing: Vec<Digest>,
}

/// The releases of one repository that hold blobs.
pub struct Assets<'a> {
    api: &'a Api,
    repository: &'a RepoName,
    most: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Holder {
    id: u64,
    tag_name: String,
    upload_url: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Asset {
    id: u64,
    name: String,
    size: u64,
    #[serde(default = "uploaded")]
    state: String,
    #[serde(default)]
    digest: Option<String>,
}

fn uploaded() -> String {
    "uploaded".into()
}

impl Asset {
    /// Whether it is all there, as far as the forge can say.
    fn is_whole(&self) -> bool {
        let said = self.digest.as_deref();
        let is_it = said.is_none_or(|said| said == format!("sha256:{}", self.name));
        self.state == "uploaded" && self.size > 0 && is_it
    }
}

/// A release and what it holds.
struct Shelf {
    number: u32,
    holder: Holder,
    count: usize,
}

/// Everything that is there.
struct Stock {
    shelves: Vec<Shelf>,
    /// Whole ones, by digest.
    assets: BTreeMap<String, u64>,
}

impl<'a> Assets<'a> {
    /// Those of `repository`.
    pub fn new(api: &'a Api, repository: &'a RepoName) -> Self {
        Self {
            api,
            repository,
            most: MOST,
        }
    }

    /// The same with fewer files a release, for tests.
    #[must_use]
    pub fn with_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Sends every blob that `registry` names, `store` has, and no release holds yet. What was revoked is
    /// not sent.
    ///
    /// # Errors
    /// [`PublishError::Forge`]; what was sent until then is there, and is not sent again.
    pub fn publish(&self, registry: &Registry, store: &FolderBlobs) -> Result<Moved, PublishError> {
        let mut stock = self.stock(Damaged::Remove)?;
        let mut done = Moved::default();
        for digest in wanted(registry, Revoked::LeftOut) {
            if stock.assets.contains_key(&digest.to_string()) {
                done.present += 1;
                continue;
            }
            let bytes = store.read(&digest).map_err(io_error(store.folder()))?;
            match bytes {
                // Forges keep no empty files, and nobody needs to be told what is in one.
                Some(bytes) if bytes.is_empty() => done.present += 1,
                Some(bytes) => {
                    self.send(&digest.to_string(), bytes, &mut stock)?;
                    done.moved += 1;
                }
                None => done.missing.push(digest),
            }
        }
        Ok(done)
    }

    /// Brings every blob that `registry` names and `store` lacks, where a release holds it and its bytes
    /// are what their name says.
    ///
    /// # Errors
    /// [`PublishError::Forge`] where the releases cannot be listed; one file that cannot be had is missing.
    pub fn fill(&self, registry: &Registry, store: &FolderBlobs) -> Result<Moved, PublishError> {
        let failed = || io_error(store.folder());
        let mut lacking = Vec::new();
        let mut done = Moved::default();
        for digest in wanted(registry, Revoked::Too) {
            match store.read(&digest).map_err(failed())? {
                Some(_) => done.present += 1,
                None => lacking.push(digest),
            }
        }
        if lacking.is_empty() {
            return Ok(done);
        }
        let stock = self.stock(Damaged::LeaveOut)?;
        for digest in lacking {
            let bytes = match digest == Digest::of(b"") {
                true => Some(Vec::new()),
                false => self.bring(&digest, &stock)?,
            };
            match bytes {
                Some(bytes) => {
                    store.write(&bytes).map_err(failed())?;
                    done.moved += 1;
                }
                None => done.missing.push(digest),
            }
        }
        Ok(done)
    }

    /// The bytes, where there are some that prove the name.
    fn bring(&self, digest: &Digest, stock: &Stock) -> Result<Option<Vec<u8>>, PublishError> {
        let Some(id) = stock.assets.get(&digest.to_string()) else {
            return Ok(None);
        };
        let path = format!("repos/{}/releases/assets/{id}", self.repository);
        match self.api.download(&path, LARGEST) {
            Ok(bytes) => Ok(Some(bytes).filter(|bytes| Digest::of(bytes) == *digest)),
            Err(error) if error.is_network() => Err(error.into()),
            Err(ForgeError::Status { status: 404, .. } | ForgeError::Answer { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Every blob that is there.
    fn stock(&self, damaged: Damaged) -> Result<Stock, PublishError> {
        let holders: Vec<Holder> = self
            .api
            .list(&format!("repos/{}/releases", self.repository))?;
        let mut stock = Stock {
            shelves: Vec::new(),
            assets: BTreeMap::new(),
        };
        for holder in holders {
            let number = holder.tag_name.strip_prefix(PREFIX);
            let Some(number) = number.and_then(|number| number.parse().ok()) else {
                continue;
            };
            let path = format!("repos/{}/releases/{}/assets", self.repository, holder.id);
            let mut count = 0;
            for asset in self.api.list::<Asset>(&path)? {
                match (asset.is_whole(), damaged) {
                    (true, _) => {
                        stock.assets.insert(asset.name, asset.id);
                        count += 1;
                    }
                    (false, Damaged::Remove) => {
                        let id = asset.id;
                        let path = format!("repos/{}/releases/assets/{id}", self.repository);
                        self.api.delete(&path)?;
                    }
                    (false, Damaged::LeaveOut) => count += 1,
                }
            }
            stock.shelves.push(Shelf {
                number,
                holder,
                count,
            });
        }
        stock.shelves.sort_by_key(|shelf| shelf.number);
        Ok(stock)
    }

    fn send(&self, name: &str, bytes: Vec<u8>, stock: &mut Stock) -> Result<(), PublishError> {
        let has_room = stock.shelves.iter().any(|shelf| shelf.count < self.most);
        if !has_room {
            let shelf = self.another(stock.shelves.last().map_or(0, |shelf| shelf.number))?;
            stock.shelves.push(shelf);
        }
        let shelf = stock
            .shelves
            .iter_mut()
            .find(|shelf| shelf.count < self.most);
        let Some(shelf) = shelf else {
            return Ok(());
        };
        let asset: Asset = self.api.upload(&upload_url(&shelf.holder, name)?, bytes)?;
        shelf.count += 1;
        stock.assets.insert(asset.name, asset.id);
        Ok(())
    }

    /// The release after `last`.
    fn another(&self, last: u32) -> Result<Shelf, PublishError> {
        let number = last + 1;
        let tag = format!("{PREFIX}{number:02}");
        let body = json!({
            "tag_name": tag,
            "name": format!("Blobs {number:02}"),
            "body": "Files of packages, named by their sha256. They are read by programs; nothing here is \
                     meant to be downloaded by hand.",
            "prerelease": true,
            "make_latest": "false",
        });
        let path = format!("repos/{}/releases", self.repository);
        Ok(Shelf {
            number,
            holder: self.api.post(&path, &body)?,
            count: 0,
        })
    }
}

/// What becomes of files that are not whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Damaged {
    Remove,
    LeaveOut,
}

/// Whether blobs of revoked releases count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Revoked {
    LeftOut,
    Too,
}

/// The blobs that a registry names, each once.
fn wanted(registry: &Registry, revoked: Revoked) -> Vec<Digest> {
    let releases = registry.packages.values().flat_map(|one| &one.releases);
    let counts = |release: &&registry_index::registry::Release| {
        revoked == Revoked::Too || !matches!(release.status, Status::Revoked(_))
    };
    let mut digests: Vec<Digest> = releases
        .filter(counts)
        .flat_map(|release| client::filling::wanted(&release.record))
        .map(|(_, digest)| digest)
        .collect();
    digests.sort();
    digests.dedup();
    digests
}

/// `https://uploads.github.com/…/assets{?name,label}` with the name filled in.
fn upload_url(holder: &Holder, name: &str) -> Result<Url, PublishError> {
    let plain = holder.upload_url.split('{').next().unwrap_or_default();
    let mut url = Url::parse(plain).map_err(|error| ForgeError::Answer {
        method: "GET",
        path: holder.tag_name.clone(),
        why: format!("its upload_url is none: {error}"),
    })?;
    url.query_pairs_mut().append_pair("name", name);
    Ok(url)
}
