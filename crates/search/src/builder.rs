//! Documents -> the files of an index.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use tantivy::directory::{Directory, RamDirectory, TerminatingWrite, WritePtr};

use tantivy::schema::{BytesOptions, Field, Schema};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, SingleSegmentIndexWriter, TantivyDocument};

use crate::columns::{COLUMNS, Columns};
use crate::document::{Document, Stored};
use crate::error::SearchError;
use crate::excerpts::{self, EXCERPTS};
use crate::lexicon::{Lexicon, Use};
use crate::query::{Filter, USES};
use crate::seal::{self, Built};
use crate::term::{self, MIN_TEXT_PREFIX, Tag, tagged};
use crate::values::{VALUES, Values};
use crate::words::{Form, cut, dashed, each_word, is_stop_word, slug, stem};

/// A prefix of one or two letters lists only so many packages, the ones of highest rank.
const SHORT_PREFIX_CAP: u16 = 256;
/// The vocabulary counts to this. It only has to tell a common word from a rare one.
const VOCABULARY_CAP: u16 = 64;
/// Summaries and other short fields are cut to this many bytes.
const MAX_FIELD: usize = 1000;
/// Keywords, categories and authors: how many of each are read.
const MAX_VALUES: usize = 64;
/// What the writer sets aside for its hash table, in bytes; it grows as needed.
const WRITER_MEMORY: usize = 64 << 20;
/// Size of a block of stored packages, in bytes: what showing one hit costs to read.
const STORE_BLOCK: usize = 4096;

/// The two fields of the index.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// Everything that can be searched, see `term`.
    pub(crate) terms: Field,
    /// What is shown of a hit, see `document`.
    pub(crate) stored: Field,
}

/// Names of the fields in [`Fields`].
pub(crate) const TERMS: &str = "terms";
pub(crate) const STORED: &str = "stored";

/// Builds an index in memory. The documents may come in any order: it does not change the result.
///
/// # Errors
/// [`SearchError::Duplicate`] if two documents have one name.
pub fn build(mut docs: Vec<Document>) -> Result<Built, SearchError> {
    docs.sort_by(Document::order);
    let ram = RamDirectory::create();
    let mut files = Vec::new();
    let docs = docs.into_iter().map(Ok::<_, SearchError>);
    for path in write_segment(Box::new(ram.clone()), docs)? {
        let bytes = ram.open_read(&path).map_err(SearchError::engine)?;
        let bytes = bytes.read_bytes().map_err(SearchError::engine)?.to_vec();
        ram.delete(&path).map_err(SearchError::engine)?;
        files.push((path.to_string_lossy().into_owned(), bytes));
    }
    seal::seal(files)
}

/// Builds an index in the empty folder `dir` and returns its digest, as in [`Built::digest`]. Only
/// the postings and the names are kept in memory, so it suits registries of any size. The file `sums` is
/// written last: a folder without it is not an index. `dir` should be a staging folder that the
/// caller renames.
///
/// # Errors
/// [`SearchError::OutOfOrder`] if a document is not in the order of [`Document::order`],
/// [`SearchError::Duplicate`], or [`SearchError::Io`]; and the first error of `docs`.
#[cfg(feature = "native")]
pub fn build_into<E: From<SearchError>>(
    dir: &std::path::Path,
    docs: impl IntoIterator<Item = Result<Document, E>>,
) -> Result<String, E> {
    let folder = tantivy::directory::MmapDirectory::open(dir).map_err(|e| SearchError::Io {
        action: "open the folder",
        path: dir.to_path_buf(),
        source: std::io::Error::other(e),
    })?;
    let files = write_segment(Box::new(folder.clone()), docs)?;
    Ok(seal::seal_folder(dir, &folder, &files)?)
}

/// Writes the one segment and returns the names of its files and of the description of the index.
fn write_segment<E: From<SearchError>>(
    dir: Box<dyn Directory>,
    docs: impl IntoIterator<Item = Result<Document, E>>,
) -> Result<Vec<PathBuf>, E> {
    let (schema, fields) = schema();
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: STORE_BLOCK,
        ..IndexSettings::default()
    };
    let builder = tantivy::Index::builder().schema(schema).settings(settings);
    let writer = builder.single_segment_index_writer(dir.clone(), WRITER_MEMORY);
    let mut analysis = Analysis::new(fields);
    let mut writer: SingleSegmentIndexWriter = writer.map_err(SearchError::engine)?;
    let mut beside = Beside::new(&*dir)?;
    let mut previous: Option<Document> = None;
    for doc in docs {
        let mut doc = doc?;
        if let Some(previous) = &previous {
            check_order(previous, &doc)?;
        }
        let terms = analysis.document(&doc);
        writer.add_document(terms).map_err(SearchError::engine)?;
        beside.add(&doc)?;
        doc.readme = String::new();
        previous = Some(doc);
    }
    let index = writer.finalize().map_err(SearchError::engine)?;
    let mut files: Vec<_> = index.directory().list_managed_files().into_iter().collect();
    files.retain(|path| dir.exists(path).unwrap_or(false));
    files.extend(beside.finish(&*dir, &analysis.values)?);
    files.sort();
    Ok(files)
}

/// The files that are not tantivy's.
struct Beside {
    columns: Columns,
    excerpts: WritePtr,
    /// Where each excerpt ends.
    ends: Vec<u32>,
}

impl Beside {
    fn new(dir: &dyn Directory) -> Result<Self, SearchError> {
        let excerpts = dir.open_write(EXCERPTS.as_ref());
        Ok(Self {
            columns: Columns::default(),
            excerpts: excerpts.map_err(SearchError::engine)?,
            ends: Vec::new(),
        })
    }

    fn add(&mut self, doc: &Document) -> Result<(), SearchError> {
        self.columns.add(doc);
        let text = excerpts::excerpt(&doc.readme);
        let written = self.excerpts.write_all(text.as_bytes());
        written.map_err(SearchError::engine)?;
        self.ends
            .push(self.ends.last().copied().unwrap_or(0) + text.len() as u32);
        Ok(())
    }

    fn finish(mut self, dir: &dyn Directory, values: &Values) -> Result<[PathBuf; 3], SearchError> {
        let table = self.excerpts.write_all(&excerpts::table(&self.ends));
        table.map_err(SearchError::engine)?;
        self.excerpts.terminate().map_err(SearchError::engine)?;
        for (name, bytes) in [(COLUMNS, self.columns.encode()), (VALUES, values.encode())] {
            let mut file = dir.open_write(name.as_ref()).map_err(SearchError::engine)?;
            file.write_all(&bytes).map_err(SearchError::engine)?;
            file.terminate().map_err(SearchError::engine)?;
        }
        Ok([EXCERPTS, COLUMNS, VALUES].map(PathBuf::from))
    }
}

fn check_order(previous: &Document, next: &Document) -> Result<(), SearchError> {
    let name = next.name.clone();
    if previous.name == name {
        return Err(SearchError::Duplicate { name });
    }
    if previous.order(next).is_gt() {
        return Err(SearchError::OutOfOrder { name });
    }
    Ok(())
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        terms: schema.add_bytes_field(TERMS, BytesOptions::default().set_indexed()),
        stored: schema.add_bytes_field(STORED, BytesOptions::default().set_stored()),
    };
    (schema.build(), fields)
}

/// Turns documents into terms. Documents come from the highest rank down, which is what makes the
/// capped lists hold the best packages.
struct Analysis {
    fields: Fields,
    lexicon: Lexicon,
    /// How many packages each capped term lists.
    listed: HashMap<Vec<u8>, u16>,
    terms: Vec<Vec<u8>>,
    values: Values,
}

impl Analysis {
    fn new(fields: Fields) -> Self {
        Self {
            fields,
            lexicon: Lexicon::default(),
            listed: HashMap::new(),
            terms: Vec::new(),
            values: Values::default(),
        }
    }

    fn document(&mut self, doc: &Document) -> TantivyDocument {
        let (namespace, name) = doc.name.split_once('/').unwrap_or(("", &doc.name));
        let name = cut(name, MAX_FIELD);
        self.text(name, Tag::Name);
        self.text(cut(&doc.summary, MAX_FIELD), Tag::Summary);
        for keyword in values(&doc.keywords) {
            self.text(keyword, Tag::Keyword);
        }
        self.context(namespace);
        self.context(&doc.kind);
        for value in values(&doc.categories).chain(values(&doc.authors)) {
            self.context(value);
        }
        self.whole_names(namespace, name);
        self.filters(doc);
        let Self { lexicon, terms, .. } = self;
        lexicon.each_stem(&doc.readme, |stem, how| {
            terms.push(tagged(stem, Tag::Readme));
            if how == Use::Topic {
                terms.push(tagged(stem, Tag::ReadmeTopic));
            }
        });
        self.finish(doc)
    }

    /// The terms of one document, each once, the capped ones only while their lists are short.
    fn finish(&mut self, doc: &Document) -> TantivyDocument {
        self.terms.sort_unstable();
        self.terms.dedup();
        let mut out = TantivyDocument::new();
        for term in self.terms.drain(..) {
            if let Some(cap) = cap(&term) {
                let listed = self.listed.entry(term.clone()).or_default();
                if *listed == cap {
                    continue;
                }
                *listed += 1;
            }
            out.add_bytes(self.fields.terms, &term);
        }
        out.add_bytes(self.fields.stored, Stored::encode(doc).as_bytes());
        out
    }

    /// A name, summary or keyword: its words, their beginnings, their neighbourhood.
    fn text(&mut self, text: &str, tag: Tag) {
        let (prefix_tag, min_chars) = match tag {
            Tag::Name => (Tag::NamePrefix, 1),
            _ => (Tag::TextPrefix, MIN_TEXT_PREFIX),
        };
        let terms = &mut self.terms;
        let mut before: Option<String> = None;
        each_word(text, |word, form| {
            let stemmed = stem(word);
            terms.push(tagged(&stemmed, tag));
            if is_stop_word(word) {
                return;
            }
            terms.push(term::vocabulary(word));
            terms.extend(term::prefixes(word, min_chars).map(|p| tagged(p, prefix_tag)));
            if form == Form::Part {
                if let Some(before) = &before {
                    terms.push(term::pair(before, &stemmed));
                }
                before = Some(stemmed.into_owned());
            }
        });
    }

    fn context(&mut self, text: &str) {
        let terms = &mut self.terms;
        each_word(cut(text, MAX_FIELD), |word, _| {
            terms.push(tagged(&stem(word), Tag::Context));
            terms.push(term::vocabulary(word));
        });
    }

    fn whole_names(&mut self, namespace: &str, name: &str) {
        let name = dashed(name);
        let full = format!("{}/{name}", dashed(cut(namespace, MAX_FIELD)));
        self.terms.push(term::whole_name(&name));
        self.terms.push(term::whole_name(&full));
        let starts = term::prefixes(&name, 1);
        self.terms
            .extend(starts.map(|start| tagged(start, Tag::NameStart)));
    }

    fn filters(&mut self, doc: &Document) {
        let mut found: Vec<(Filter, &str)> = vec![(Filter::Kind, &doc.kind)];
        found.extend(values(&doc.categories).map(|value| (Filter::Category, value)));
        found.extend(values(&doc.keywords).map(|value| (Filter::Tag, value)));
        found.extend(values(&doc.authors).map(|value| (Filter::Author, value)));
        found.extend(licenses(cut(&doc.license, MAX_FIELD)).map(|id| (Filter::License, id)));
        let used = doc
            .label
            .chars()
            .zip(USES)
            .filter(|(letter, _)| *letter != 'n');
        found.extend(used.map(|(_, what)| (Filter::Uses, what)));
        let mut found: Vec<_> = found
            .into_iter()
            .map(|(filter, value)| (filter, slug(value), value))
            .filter(|(_, slug, _)| !slug.is_empty())
            .collect();
        found.sort();
        found.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
        for (filter, slug, written) in found {
            self.values.add(filter, &slug, written);
            self.terms.push(term::filter(filter.key(), &slug));
        }
        // A whole expression can be asked for too.
        let expression = slug(&doc.license);
        if !expression.is_empty() {
            let whole = term::filter(Filter::License.key(), &expression);
            self.terms.push(whole);
        }
        if doc.deprecated {
            self.terms.push(term::deprecated());
        }
    }
}

fn values(values: &[String]) -> impl Iterator<Item = &str> {
    let values = values.iter().take(MAX_VALUES);
    values.map(|value| cut(value, MAX_FIELD))
}

/// The licences in an SPDX expression: `MIT OR (Apache-2.0 AND BSD-3-Clause)` has three.
fn licenses(expression: &str) -> impl Iterator<Item = &str> {
    let separators = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    let parts = expression.split(separators);
    parts.filter(|part| !matches!(*part, "OR" | "AND" | "WITH" | ""))
}

/// How many packages this term may list; `None` if all.
fn cap(term: &[u8]) -> Option<u16> {
    if term.first() == Some(&0x01) {
        return Some(VOCABULARY_CAP);
    }
    // One or two characters, of a script that takes one to four bytes for each.
    let tag = Tag::of(term).filter(|tag| matches!(tag, Tag::NamePrefix | Tag::NameStart))?;
    let word = term.strip_suffix(&[tag as u8])?;
    let chars = std::str::from_utf8(word).ok()?.chars().count();
    (chars <= 2).then_some(SHORT_PREFIX_CAP)
}
