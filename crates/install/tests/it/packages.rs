//! Packages made up for the tests.

use crate::answers::{facts, no_renderer};
use archive::{Contents, Entry, Limits, pack, read};
use install::{Chosen, Described, InstallError};
use registry_index::{
    Digest, Record,
    load::{FileKind, SourceFile, source_of_files},
    raw::{self, UnknownKeys},
    record,
    wire::Release,
};

pub(crate) const REGISTRY: &str = "https://registry.example/";

/// A package being made up.
#[derive(Clone)]
pub(crate) struct Package {
    name: &'static str,
    version: &'static str,
    more: String,
    files: Vec<(String, String, bool)>,
}

pub(crate) fn package(name: &'static str) -> Package {
    Package {
        name,
        version: "1.0.0",
        more: String::new(),
        files: vec![("README.md".to_owned(), format!("# {name}\n"), false)],
    }
}

impl Package {
    pub(crate) fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// More of its manifest, behind `[package]`.
    pub(crate) fn manifest(mut self, text: &str) -> Self {
        self.more.push_str(text);
        self
    }

    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned(), false));
        self
    }

    pub(crate) fn program(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned(), true));
        self
    }

    pub(crate) fn agent(self, id: &str) -> Self {
        let path = format!("agents/{id}.md");
        let text = format!("# The {id}\n\n## Role\n\nDoes: what `{id}` does\n");
        self.file(&path, &text)
    }

    pub(crate) fn workflow(self, id: &str) -> Self {
        let path = format!("workflows/{id}.yaml");
        let text = format!(
            "name: {id}\ndescription: Runs {id}\nsteps:\n  - id: one\n    agent: coder\n    prompt: \"{{{{ inputs.x }}}}\"\n"
        );
        self.file(&path, &text)
    }

    pub(crate) fn server(self, id: &str) -> Self {
        let path = format!("mcp/{id}.toml");
        let text = format!(
            "id = \"{id}\"\nname = \"{id}\"\ndescription = \"Serves {id}\"\ncommand = \"npx\"\nargs = [\"-y\", \"{id}-mcp@1.0.0\"]\nenv = {{ TOKEN = \"${{TOKEN}}\" }}\n"
        );
        self.file(&path, &text)
    }

    /// As a client would have chosen and checked it.
    pub(crate) fn chosen(&self) -> Chosen {
        let (contents, archive) = self.packed();
        let described = Described::of_release(&release(&contents, archive)).unwrap();
        Chosen {
            registry: REGISTRY.to_owned(),
            source: None,
            needs: described.manifest.dependencies.keys().cloned().collect(),
            described,
            answers: install::Answers::default(),
            contents,
        }
    }

    /// As a registry describes it.
    pub(crate) fn release(&self) -> Release {
        let (contents, archive) = self.packed();
        release(&contents, archive)
    }

    pub(crate) fn prepared(&self) -> Result<install::Package, InstallError> {
        self.chosen().prepare(&facts(), &no_renderer())
    }

    fn packed(&self) -> (Contents, record::Archive) {
        let manifest = format!(
            "format = 1\n[package]\nname = {:?}\nversion = {:?}\nkind = \"agent\"\nsummary = \"Made up for a test\"\nlicense = \"MIT\"\nauthors = [\"octocat\"]\n{}",
            self.name, self.version, self.more
        );
        let mut entries: Vec<Entry> = self
            .files
            .iter()
            .map(|(path, text, executable)| Entry {
                path: path.clone(),
                executable: *executable,
                bytes: text.clone().into_bytes(),
            })
            .collect();
        entries.push(Entry {
            path: "paracle.toml".to_owned(),
            executable: false,
            bytes: manifest.into_bytes(),
        });
        let packed = pack(entries).unwrap();
        let contents = read(&packed.gzip, &Limits::default()).unwrap();
        let archive = record::Archive {
            content_id: Digest::from(packed.content_id.0),
            tar_length: packed.tar_len,
            digest: Digest::from(packed.gzip_digest.0),
            length: packed.gzip.len() as u64,
        };
        (contents, archive)
    }
}

fn release(contents: &Contents, archive: record::Archive) -> Release {
    let files = contents.entries.iter().map(|entry| SourceFile {
        path: entry.path.clone(),
        bytes: entry.bytes.clone(),
        length: entry.bytes.len() as u64,
        executable: entry.executable,
        kind: FileKind::Regular,
    });
    let keys = UnknownKeys::of::<raw::Manifest>();
    let (source, findings) = source_of_files("pack", files.collect(), &keys);
    Release {
        yanked: None,
        revoked: None,
        record: Record {
            format: 1,
            needs: Vec::new(),
            published: "2026-01-01T00:00:00Z".to_owned(),
            source: record::Source {
                git: "https://git.example/x".to_owned(),
                rev: "0".repeat(40),
                path: "x".to_owned(),
            },
            archive,
            documents: record::Documents {
                readme: record::Blob {
                    digest: Digest::of(b""),
                    length: 0,
                },
                changelog: None,
                pictures: Vec::new(),
            },
            cost: record::Cost::default(),
            manifest: source.manifest.unwrap_or_else(|| panic!("{findings:?}")),
            found: record::Found::default(),
            components: Vec::new(),
            files: Vec::new(),
        },
    }
}
