//! Every reason for which an archive is not read, or not packed.

use crate::path::PathRefusal;
use crate::quote::Quoted;

/// Why an archive was refused. Every class is its own variant with a stable [`code`](Self::code);
/// a message quotes paths with everything escaped that a terminal could act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A path, or two together.
    #[error(transparent)]
    Path(#[from] PathRefusal),
    /// A path that is not text.
    #[error("the path {} is not UTF-8", Quoted(.path))]
    NotUtf8 {
        /// The path with replacement characters.
        path: String,
    },
    /// A second name of another file, which would be written through.
    #[error("{} is a hard link", Quoted(.path))]
    HardLink {
        /// The path as written.
        path: String,
    },
    /// A link, through which a later file could be written anywhere.
    #[error("{} is a symbolic link", Quoted(.path))]
    SymbolicLink {
        /// The path as written.
        path: String,
    },
    /// A character or block device.
    #[error("{} is a device", Quoted(.path))]
    Device {
        /// The path as written.
        path: String,
    },
    /// A named pipe.
    #[error("{} is a named pipe", Quoted(.path))]
    Fifo {
        /// The path as written.
        path: String,
    },
    /// A folder with an entry of its own; folders are implied.
    #[error("the folder {} has an entry of its own", Quoted(.path))]
    Folder {
        /// The path as written.
        path: String,
    },
    /// A type letter that is none of the above.
    #[error("{} is an entry of the unknown type {:?}", Quoted(.path), char::from(*.kind))]
    UnknownKind {
        /// The path as written.
        path: String,
        /// The letter.
        kind: u8,
    },
    /// A PAX header, by which two parsers may see two archives.
    #[error("the archive has a PAX header")]
    PaxHeader,
    /// A header in the form, or of a type, of GNU tar.
    #[error("the archive has a header of GNU tar")]
    GnuHeader,
    /// A file with holes, whose length in the archive is not its length on disk.
    #[error("{} is a sparse file", Quoted(.path))]
    Sparse {
        /// The path as written.
        path: String,
    },
    /// A field that is not in its one form.
    #[error("the header of {} is not canonical: {field}", Quoted(.path))]
    Header {
        /// The path as written.
        path: String,
        /// Name of the first field that differs.
        field: &'static str,
    },
    /// Bytes between the end of a file and the end of its last block.
    #[error("the padding behind {} is not empty", Quoted(.path))]
    Padding {
        /// The path as written.
        path: String,
    },
    /// Not sorted by path bytes.
    #[error("{} stands behind {}, which sorts after it", Quoted(.path), Quoted(.earlier))]
    Order {
        /// The path that comes too late.
        path: String,
        /// The one in front of it.
        earlier: String,
    },
    /// What was parsed does not encode to what was read, at this byte of the tar.
    #[error("the tar is not canonical at byte {at}")]
    NotCanonical {
        /// Offset of the first byte that differs.
        at: u64,
    },
    /// More files than [`Limits::entries`](crate::Limits::entries).
    #[error("the archive has more than {limit} files")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// A file over [`Limits::file`](crate::Limits::file).
    #[error("{} has {size} bytes, more than {limit}", Quoted(.path))]
    FileTooBig {
        /// The path as written.
        path: String,
        /// The length that the header tells.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// All files together over [`Limits::total`](crate::Limits::total).
    #[error("the files of the archive have more than {limit} bytes together")]
    TotalTooBig {
        /// The limit.
        limit: u64,
    },
    /// The gzip bytes over [`Limits::compressed`](crate::Limits::compressed).
    #[error("the archive has {size} bytes, more than {limit}")]
    CompressedTooBig {
        /// The length.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// Bytes behind the two blocks that end a tar.
    #[error("the tar goes on behind its end")]
    TrailingTar,
    /// Bytes behind the gzip member.
    #[error("the archive goes on behind its end")]
    TrailingBytes,
    /// A second gzip member, which some readers join and others drop.
    #[error("the archive has several gzip members")]
    SeveralMembers,
    /// Does not start as gzip does.
    #[error("the archive is not gzip")]
    NotGzip,
    /// A gzip header with a name, a time, extra fields or a foreign system.
    #[error("the gzip header is not canonical: {field}")]
    GzipHeader {
        /// Name of the field.
        field: &'static str,
    },
    /// Cannot be inflated, or inflates to something other than its checksum says.
    #[error("the archive is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
    /// Ends too early.
    #[error("the archive is cut off")]
    Truncated,
    /// Inflates to something that is not a POSIX tar.
    #[error("the archive holds something other than a ustar")]
    NotTar,
}

impl Refusal {
    /// A stable kebab-case id of the class; for a path, the one of [`PathRefusal::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Path(refusal) => refusal.code(),
            Self::NotUtf8 { .. } => "path-not-utf8",
            Self::HardLink { .. } => "hard-link",
            Self::SymbolicLink { .. } => "symbolic-link",
            Self::Device { .. } => "device",
            Self::Fifo { .. } => "fifo",
            Self::Folder { .. } => "folder-entry",
            Self::UnknownKind { .. } => "unknown-kind",
            Self::PaxHeader => "pax-header",
            Self::GnuHeader => "gnu-header",
            Self::Sparse { .. } => "sparse-file",
            Self::Header { .. } => "header-not-canonical",
            Self::Padding { .. } => "padding-not-empty",
            Self::Order { .. } => "not-sorted",
            Self::NotCanonical { .. } => "not-canonical",
            Self::TooManyEntries { .. } => "too-many-entries",
            Self::FileTooBig { .. } => "file-too-big",
            Self::TotalTooBig { .. } => "total-too-big",
            Self::CompressedTooBig { .. } => "compressed-too-big",
            Self::TrailingTar => "trailing-tar",
            Self::TrailingBytes => "trailing-bytes",
            Self::SeveralMembers => "several-members",
            Self::NotGzip => "not-gzip",
            Self::GzipHeader { .. } => "gzip-header-not-canonical",
            Self::Damaged { .. } => "damaged",
            Self::Truncated => "truncated",
            Self::NotTar => "not-ustar",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Path(refusal) => refusal.hint(),
            Self::NotUtf8 { .. } => "rename the file to UTF-8",
            Self::HardLink { .. }
            | Self::SymbolicLink { .. }
            | Self::Device { .. }
            | Self::Fifo { .. }
            | Self::UnknownKind { .. } => "a package holds regular files only; copy the file",
            Self::TooManyEntries { .. } | Self::FileTooBig { .. } | Self::TotalTooBig { .. } => {
                "leave out what need not be installed, or split the package"
            }
            Self::CompressedTooBig { .. } => "the archive cannot be one that a registry packed",
            Self::Truncated | Self::Damaged { .. } => "fetch the archive again",
            Self::NotGzip | Self::NotTar => {
                "the server sent something else; check the registry's URL"
            }
            Self::Folder { .. }
            | Self::PaxHeader
            | Self::GnuHeader
            | Self::Sparse { .. }
            | Self::Header { .. }
            | Self::Padding { .. }
            | Self::Order { .. }
            | Self::NotCanonical { .. }
            | Self::TrailingTar
            | Self::TrailingBytes
            | Self::SeveralMembers
            | Self::GzipHeader { .. } => {
                "archives are packed by the registry, never by hand; release the package again"
            }
        }
    }
}
