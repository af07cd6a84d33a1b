//! One path: may it stand in an archive, and later below a folder on any system?

use crate::header;
use crate::limits::{MAX_DEPTH, MAX_PATH};
use crate::quote::{Quoted, is_hidden};

/// Why a path, or two paths together, may not be used. Every class is its own variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathRefusal {
    /// No character at all.
    #[error("a path is empty")]
    Empty,
    /// Starts with `/`.
    #[error("the path {} is absolute", Quoted(.path))]
    Absolute {
        /// The path as written.
        path: String,
    },
    /// Holds a component `..`.
    #[error("the path {} leads out of its folder", Quoted(.path))]
    Escapes {
        /// The path as written.
        path: String,
    },
    /// Holds a component `.`.
    #[error("the path {} has a component `.`", Quoted(.path))]
    DotComponent {
        /// The path as written.
        path: String,
    },
    /// Holds `//`, or ends in `/`.
    #[error("the path {} has an empty component", Quoted(.path))]
    EmptyComponent {
        /// The path as written.
        path: String,
    },
    /// Holds `\`, which separates components on Windows.
    #[error("the path {} has a backslash", Quoted(.path))]
    Backslash {
        /// The path as written.
        path: String,
    },
    /// Holds `:`, which makes a drive or an alternate data stream on Windows.
    #[error("the path {} has a colon", Quoted(.path))]
    Colon {
        /// The path as written.
        path: String,
    },
    /// Holds a control character (C0, DEL, C1).
    #[error("the path {} has a control character", Quoted(.path))]
    Control {
        /// The path as written.
        path: String,
    },
    /// Holds a character that is not seen or that turns the direction of the text.
    #[error("the path {} has an invisible or direction-changing character", Quoted(.path))]
    Hidden {
        /// The path as written.
        path: String,
    },
    /// Holds one of `< > " | ? *`, which Windows cannot store.
    #[error("the path {} has a character that Windows cannot store", Quoted(.path))]
    NotPortable {
        /// The path as written.
        path: String,
    },
    /// Has a component that Windows reads as a device, such as `nul.txt` or `COM¹`.
    #[error("the path {} names a Windows device", Quoted(.path))]
    DeviceName {
        /// The path as written.
        path: String,
    },
    /// Has a component that ends in `.` or a space, which Windows drops.
    #[error("the path {} has a component that ends in a dot or a space", Quoted(.path))]
    TrailingDotOrSpace {
        /// The path as written.
        path: String,
    },
    /// Has a component that some file system reads as `.git`.
    #[error("the path {} reaches into a `.git` folder", Quoted(.path))]
    Git {
        /// The path as written.
        path: String,
    },
    /// Has a component in the form of an NTFS short name (`PROGRA~1`), an alias of another file.
    #[error("the path {} has a component in the form of a Windows short name", Quoted(.path))]
    ShortName {
        /// The path as written.
        path: String,
    },
    /// Longer than [`MAX_PATH`] bytes.
    #[error("the path {} is longer than {MAX_PATH} bytes", Quoted(.path))]
    TooLong {
        /// The path as written.
        path: String,
    },
    /// More than [`MAX_DEPTH`] components.
    #[error("the path {} has more than {MAX_DEPTH} components", Quoted(.path))]
    TooDeep {
        /// The path as written.
        path: String,
    },
    /// Cannot be split into ustar's 155 bytes of prefix and 100 bytes of name.
    #[error("the path {} does not fit into a tar header", Quoted(.path))]
    DoesNotFit {
        /// The path as written.
        path: String,
    },
    /// The same path twice.
    #[error("the path {} is there twice", Quoted(.path))]
    Duplicate {
        /// The path as written.
        path: String,
    },
    /// Two spellings that are one name where case or Unicode normalisation is folded.
    #[error("the paths {} and {} are one name on some systems", Quoted(.path), Quoted(.other))]
    Collision {
        /// The later one.
        path: String,
        /// The earlier one.
        other: String,
    },
    /// One path is a file and, in the other, a folder.
    #[error("{} is a file, and {} needs it to be a folder", Quoted(.file), Quoted(.path))]
    FileAndFolder {
        /// The one that lies below.
        path: String,
        /// The one that is a file.
        file: String,
    },
}

impl PathRefusal {
    /// A stable kebab-case id of the class.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "path-empty",
            Self::Absolute { .. } => "path-absolute",
            Self::Escapes { .. } => "path-escapes",
            Self::DotComponent { .. } => "path-dot-component",
            Self::EmptyComponent { .. } => "path-empty-component",
            Self::Backslash { .. } => "path-backslash",
            Self::Colon { .. } => "path-colon",
            Self::Control { .. } => "path-control-character",
            Self::Hidden { .. } => "path-hidden-character",
            Self::NotPortable { .. } => "path-not-portable",
            Self::DeviceName { .. } => "path-device-name",
            Self::TrailingDotOrSpace { .. } => "path-trailing-dot-or-space",
            Self::Git { .. } => "path-git",
            Self::ShortName { .. } => "path-short-name",
            Self::TooLong { .. } => "path-too-long",
            Self::TooDeep { .. } => "path-too-deep",
            Self::DoesNotFit { .. } => "path-does-not-fit",
            Self::Duplicate { .. } => "duplicate",
            Self::Collision { .. } => "collision",
            Self::FileAndFolder { .. } => "file-and-folder",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::EmptyComponent { .. } | Self::DotComponent { .. } => {
                "write every component of the path once, with one `/` between two"
            }
            Self::Absolute { .. } | Self::Escapes { .. } => {
                "paths are relative to the package's folder and stay inside it"
            }
            Self::Backslash { .. } => "separate components with `/`",
            Self::Colon { .. } | Self::NotPortable { .. } => {
                "rename the file: these characters mean something else on Windows"
            }
            Self::Control { .. } | Self::Hidden { .. } => {
                "rename the file to characters that can be seen"
            }
            Self::DeviceName { .. } | Self::TrailingDotOrSpace { .. } | Self::ShortName { .. } => {
                "rename the file: Windows would write to something else"
            }
            Self::Git { .. } => "a package may not touch git's own files",
            Self::TooLong { .. } | Self::TooDeep { .. } | Self::DoesNotFit { .. } => {
                "use shorter names or fewer folders"
            }
            Self::Duplicate { .. } => "keep one of the two",
            Self::Collision { .. } => "rename one of the two so that they differ in more than case",
            Self::FileAndFolder { .. } => "rename the file or the folder",
        }
    }
}

/// Checks one path of an archive, or one that variables were rendered into.
///
/// What is refused is refused on every system, because a package is packed on one and installed
/// on another. The first class in the order of this function is the one reported.
///
/// # Errors
/// The class that the path is of; never [`PathRefusal::Duplicate`], [`PathRefusal::Collision`] or
/// [`PathRefusal::FileAndFolder`], which need several paths ([`crate::check_collisions`]).
pub fn check_path(path: &str) -> Result<(), PathRefusal> {
    let owned = || path.to_owned();
    if path.is_empty() {
        return Err(PathRefusal::Empty);
    }
    if path.len() > MAX_PATH {
        return Err(PathRefusal::TooLong { path: owned() });
    }
    if path.starts_with('/') {
        return Err(PathRefusal::Absolute { path: owned() });
    }
    if path.split('/').count() > MAX_DEPTH {
        return Err(PathRefusal::TooDeep { path: owned() });
    }
    // With `\` as a separator too: `a\..\.git\config` is told for what it does on Windows.
    for component in path.split(['/', '\\']) {
        if component == ".." {
            return Err(PathRefusal::Escapes { path: owned() });
        }
        if is_git(component) {
            return Err(PathRefusal::Git { path: owned() });
        }
    }
    check_characters(path)?;
    path.split('/').try_for_each(|c| check_component(c, path))?;
    match header::split(path) {
        Some(_) => Ok(()),
        None => Err(PathRefusal::DoesNotFit { path: owned() }),
    }
}

fn check_characters(path: &str) -> Result<(), PathRefusal> {
    let refused = path.chars().find_map(|c| {
        let path = path.to_owned();
        match c {
            '\\' => Some(PathRefusal::Backslash { path }),
            ':' => Some(PathRefusal::Colon { path }),
            '<' | '>' | '"' | '|' | '?' | '*' => Some(PathRefusal::NotPortable { path }),
            c if c.is_control() => Some(PathRefusal::Control { path }),
            c if is_hidden(c) => Some(PathRefusal::Hidden { path }),
            _ => None,
        }
    });
    refused.map_or(Ok(()), Err)
}

fn check_component(component: &str, path: &str) -> Result<(), PathRefusal> {
    let path = path.to_owned();
    if component.is_empty() {
        Err(PathRefusal::EmptyComponent { path })
    } else if component == "." {
        Err(PathRefusal::DotComponent { path })
    } else if is_device(component) {
        Err(PathRefusal::DeviceName { path })
    } else if component.ends_with(['.', ' ']) {
        Err(PathRefusal::TrailingDotOrSpace { path })
    } else if is_short_name(component) {
        Err(PathRefusal::ShortName { path })
    } else {
        Ok(())
    }
}

/// True when some file system takes `component` for `.git`: whatever the case or the Unicode
/// form, with characters that HFS+ ignores, with dots and spaces that NTFS drops, as a stream of
/// it (`.git::$INDEX_ALLOCATION`) or by its NTFS short name (`git~1`).
fn is_git(component: &str) -> bool {
    let seen: String = component.chars().filter(|c| !is_hidden(*c)).collect();
    let folded = crate::collisions::fold(&seen);
    let name = folded.split(':').next().unwrap_or_default();
    let name = name.trim_end_matches(['.', ' ']);
    let short = name.strip_prefix("git~");
    name == ".git" || short.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// True of names that Windows opens as a device in whatever folder, extension or not.
fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches(' ').to_ascii_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    let port = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    let mut number = port.unwrap_or_default().chars();
    matches!(
        (number.next(), number.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    )
}

/// True of `PROGRA~1`, `README~2.MD`: at most eight characters that end in `~` and a number, and
/// an extension of at most three.
fn is_short_name(component: &str) -> bool {
    let (stem, extension) = component.split_once('.').unwrap_or((component, ""));
    let Some((before, number)) = stem.rsplit_once('~') else {
        return false;
    };
    !before.is_empty()
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && stem.chars().count() <= 8
        && extension.chars().count() <= 3
}
