//! What can stand before a colon.

/// A property that hits can be required to have, or not to have: `kind:agent`, `-uses:network`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// `kind:agent`
    Kind,
    /// `category:code-generation`
    Category,
    /// `tag:review`, a keyword; also written `keyword:`.
    Tag,
    /// `author:octocat`
    Author,
    /// `license:MIT`, any licence of the expression; also written `licence:`.
    License,
    /// `uses:network`, declared or found: one of `network`, `files`, `commands`, `environment`,
    /// `agents`.
    Uses,
    /// `registry:core`. An index knows no registries: whoever searches several of them chooses.
    Registry,
}

/// What `uses:` can be followed by, in the order of the letters of a label.
pub const USES: [&str; 5] = ["network", "files", "commands", "environment", "agents"];

impl Filter {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: [Filter; 7] = [
        Filter::Kind,
        Filter::Category,
        Filter::Tag,
        Filter::Author,
        Filter::License,
        Filter::Uses,
        Filter::Registry,
    ];

    /// What stands before the colon.
    pub fn key(self) -> &'static str {
        match self {
            Filter::Kind => "kind",
            Filter::Category => "category",
            Filter::Tag => "tag",
            Filter::Author => "author",
            Filter::License => "license",
            Filter::Uses => "uses",
            Filter::Registry => "registry",
        }
    }

    pub(crate) fn named(key: &str) -> Option<Filter> {
        match key {
            "keyword" => Some(Filter::Tag),
            "licence" => Some(Filter::License),
            _ => Self::ALL.into_iter().find(|filter| filter.key() == key),
        }
    }

    /// A value that it could have.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Filter::Kind => "agent",
            Filter::Category => "code-generation",
            Filter::Tag => "review",
            Filter::Author => "octocat",
            Filter::License => "MIT",
            Filter::Uses => "network",
            Filter::Registry => "core",
        }
    }
}

/// In which order hits are listed: `sort:newest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Best rated first.
    Rating,
    /// The latest release first.
    Newest,
    /// By name.
    Name,
}

impl Sort {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: [Sort; 4] = [Sort::Relevance, Sort::Rating, Sort::Newest, Sort::Name];

    /// What stands behind `sort:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Relevance => "relevance",
            Sort::Rating => "rating",
            Sort::Newest => "newest",
            Sort::Name => "name",
        }
    }

    /// The order that is called `name`.
    pub fn named(name: &str) -> Option<Sort> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }
}
