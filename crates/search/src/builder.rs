//! Documents -> the files of an index.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use tantivy::directory::{Directory, RamDirectory, TerminatingWrite, WritePtr};

use tantivy::schema::{BytesOptions, Field, Schema};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, SingleSegmentIndexWriter, TantivyDocument};

use crate::columns::{COLUMNS, Columns};
use crate::document::Document;
use crate::error::SearchError;
use crate::excerpts::{self, EXCERPTS};
use crate::lexicon::{Lexicon, Use};
use crate::query::{Filter, USES};
use crate::rows::{GROUPS, ROWS, RowWriter};
use crate::seal::{self, Built};
use crate::term::{self, MIN_TEXT_PREFIX, Tag, tagged};
use crate::values::{VALUES, Values};
use crate::vocabulary::{VOCABULARY, Words};
use crate::words::{Form, cut, dashed, each_word, is_stop_word, slug, stem};

/// A prefix of one or two letters lists only so many packages, the ones of highest rank.
const SHORT_PREFIX_CAP: u16 = 256;
/// Summaries and other short fields are cut to this many bytes.
const MAX_FIELD: usize = 1000;
/// Keywords, categories and authors: how many of each are read.
const MAX_VALUES: usize = 64;
/// What the writer sets aside for its hash table, in bytes; it grows as needed.
const WRITER_MEMORY: usize = 64 << 20;

/// The one field of the index: everything that can be searched, see `term`.
pub(crate) const TERMS: &str = "terms";

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
    let mut schema = Schema::builder();
    let field = schema.add_bytes_field(TERMS, BytesOptions::default().set_indexed());
    let schema = schema.build();
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let builder = tantivy::Index::builder().schema(schema).settings(settings);
    let writer = builder.single_segment_index_writer(dir.clone(), WRITER_MEMORY);
    let mut analysis = Analysis::new(field);
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
    files.extend(beside.finish(&*dir, &analysis)?);
    files.sort();
    Ok(files)
}

/// The files that are not tantivy's.
struct Beside {
    columns: Columns,
    rows: RowWriter,
    excerpts: WritePtr,
    /// Where each excerpt ends.
    ends: Vec<u32>,
}

impl Beside {
    fn new(dir: &dyn Directory) -> Result<Self, SearchError> {
        let excerpts = dir.open_write(EXCERPTS.as_ref());
        Ok(Self {
            columns: Columns::default(),
            rows: RowWriter::new(dir)?,
            excerpts: excerpts.map_err(SearchError::engine)?,
            ends: Vec::new(),
        })
    }

    fn add(&mut self, doc: &Document) -> Result<(), SearchError> {
        self.columns.add(doc);
        self.rows.add(doc)?;
        let text = excerpts::excerpt(&doc.readme);
        let written = self.excerpts.write_all(text.as_bytes());
        written.map_err(SearchError::engine)?;
        self.ends
            .push(self.ends.last().copied().unwrap_or(0) + text.len() as u32);
        Ok(())
    }

    /// Writes what is left and returns the names of all.
    fn finish(
        mut self,
        dir: &dyn Directory,
        analysis: &Analysis,
    ) -> Result<Vec<PathBuf>, SearchError> {
        let table = self.excerpts.write_all(&excerpts::table(&self.ends));
        table.map_err(SearchError::engine)?;
        self.excerpts.terminate().map_err(SearchError::engine)?;
        let small = [
            (COLUMNS, self.columns.encode()),
            (GROUPS, self.rows.finish()?),
            (VALUES, analysis.values.encode()),
            (VOCABULARY, analysis.words.encode()),
        ];
        for (name, bytes) in &small {
            let mut file = dir.open_write(name.as_ref()).map_err(SearchError::engine)?;
            file.write_all(bytes).map_err(SearchError::engine)?;
            file.terminate().map_err(SearchError::engine)?;
        }
        let names = small.iter().map(|(name, _)| *name);
        Ok(names.chain([EXCERPTS, ROWS]).map(PathBuf::from).collect())
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

/// Turns documents into terms. Documents come from the highest rank down, which is what makes the
/// capped lists hold the best packages.
struct Analysis {
    field: Field,
    lexicon: Lexicon,
    /// How many packages each capped term lists.
    listed: HashMap<Vec<u8>, u16>,
    terms: Vec<Vec<u8>>,
    values: Values,
    words: Words,
}

impl Analysis {
    fn new(field: Field) -> Self {
        Self {
            field,
            lexicon: Lexicon::default(),
            listed: HashMap::new(),
            terms: Vec::new(),
            values: Values::default(),
            words: Words::default(),
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
            terms.push(match how {
                Use::Topic => tagged(stem, Tag::ReadmeTopic),
                Use::Mention => tagged(stem, Tag::Readme),
            });
        });
        self.words.end_package();
        self.finish()
    }

    /// The terms of one document, each once, the capped ones only while their lists are short.
    fn finish(&mut self) -> TantivyDocument {
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
            out.add_bytes(self.field, &term);
        }
        out
    }

    /// A name, summary or keyword: its words, their beginnings, their neighbourhood.
    fn text(&mut self, text: &str, tag: Tag) {
        let (prefix_tag, min_chars) = match tag {
            Tag::Name => (Tag::NamePrefix, 1),
            _ => (Tag::TextPrefix, MIN_TEXT_PREFIX),
        };
        let (terms, words) = (&mut self.terms, &mut self.words);
        let mut before: Option<String> = None;
        each_word(text, |word, form| {
            let stemmed = stem(word);
            terms.push(tagged(&stemmed, tag));
            if is_stop_word(word) {
                return;
            }
            words.add(word);
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
        let (terms, words) = (&mut self.terms, &mut self.words);
        each_word(cut(text, MAX_FIELD), |word, _| {
            terms.push(tagged(&stem(word), Tag::Context));
            words.add(word);
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
    // One or two characters, of a script that takes one to four bytes for each.
    let tag = Tag::of(term).filter(|tag| matches!(tag, Tag::NamePrefix | Tag::NameStart))?;
    let word = term.strip_suffix(&[tag as u8])?;
    let chars = std::str::from_utf8(word).ok()?.chars().count();
    (chars <= 2).then_some(SHORT_PREFIX_CAP)
}
