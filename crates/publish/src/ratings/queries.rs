//! What GitHub's GraphQL is asked, whole documents. The tests validate each against GitHub's own schema.

macro_rules! documents {
    ($($name:ident = $($file:literal),+;)*) => {
        $(pub(super) const $name: &str = concat!($(include_str!(concat!("queries/", $file))),+);)*

        /// All documents, by name.
        pub const DOCUMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

documents! {
    CATEGORY = "category.graphql";
    TITLES = "titles.graphql";
    DISCUSSIONS = "discussions.graphql", "comments_fields.graphql", "reactions_fields.graphql";
    COMMENTS = "comments.graphql", "comments_fields.graphql";
    REACTIONS = "reactions.graphql", "reactions_fields.graphql";
    OPEN = "open.graphql";
    COMMENT = "comment.graphql";
    EDIT = "edit.graphql";
}
