//! Every reason that a decision can have: one visible table. The docs list it, and a test compares.
//!
//! The ids are stable. Those that a person must look at are also labels of the pull request; what is
//! refused has the one label [`REFUSED`], and the reason is in the comment.

use serde::{Deserialize, Serialize};

/// What becomes of a pull request. The order is that of weight: the heaviest reason decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is merged without anybody looking at it.
    Merge,
    /// A person decides.
    Review,
    /// It is not merged as it is.
    Refuse,
}

/// The label of all that is refused.
pub const REFUSED: &str = "refused";

/// A reason by its id.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// Stable, kebab-case; for what a person looks at also the label.
    pub id: &'static str,
    /// What it leads to by itself.
    pub verdict: Verdict,
    /// What is the case, for the label's description and the comment: one line, at most 100 characters.
    pub about: &'static str,
    /// What to do: for a reviewer, or for the author of what is refused.
    pub look: &'static str,
}

impl Cause {
    /// The label that stands for it.
    pub fn label(&self) -> Option<&'static str> {
        match self.verdict {
            Verdict::Merge => None,
            Verdict::Review => Some(self.id),
            Verdict::Refuse => Some(REFUSED),
        }
    }
}

/// The cause with this id.
pub fn explain(id: &str) -> Option<&'static Cause> {
    ALL.iter().copied().find(|cause| cause.id == id)
}

/// Every label that a decision can set: name and description.
pub fn labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    let review = ALL.iter().filter(|cause| cause.verdict == Verdict::Review);
    review
        .map(|cause| (cause.id, cause.about))
        .chain([(REFUSED, "Not merged as it is; the comment says why")])
}

macro_rules! causes {
    ($($name:ident: $verdict:ident $id:literal, $about:literal, $look:literal;)*) => {
        $(pub(super) static $name: Cause = Cause {
            id: $id,
            verdict: Verdict::$verdict,
            about: $about,
            look: $look,
        };)*
        /// Every cause, in the order in which decisions and the docs list them.
        pub const ALL: &[&Cause] = &[$(&$name),*];
    };
}

causes! {
    // merged by itself
    OWN_NEW_VERSION: Merge "own-new-version", "An owner's own new version that wants nothing new",
        "Nothing to do.";
    OWN_WITHDRAWAL: Merge "own-withdrawal", "An owner yanks or deprecates their own",
        "Nothing to do.";
    OWN_RATING: Merge "own-rating", "Somebody's own rating",
        "Nothing to do.";
    // who
    OPENER_DIFFERS: Review "opener-differs", "An owner pushed it, somebody else opened it",
        "Does the owner know that it is proposed? Ask them to say so, or to open it themselves.";
    PUSHER_DIFFERS: Review "pusher-differs", "An owner opened it, somebody else pushed to it",
        "Read the commits of the other person as you would read a stranger's.";
    PUSHER_UNKNOWN: Review "pusher-unknown", "What started this decision does not say who pushed",
        "See who pushed last, or have the owner push once more.";
    HEAD_ELSEWHERE: Review "head-elsewhere", "The branch is not in a repository of who opened it",
        "Others may be able to push there. Read the change, and merge exactly the commit that you read.";
    BY_MAINTAINER: Review "by-maintainer", "A maintainer changes what somebody else owns",
        "Was the owner told, and is the reason written down?";
    DRAFT: Review "draft", "It is marked as a draft",
        "Nothing until its author says that it is ready.";
    // what a version brings
    NEW_PACKAGE: Review "new-package", "A package that the registry does not have yet",
        "Read every file. Does it do what it says, mean well, and is the name not another's?";
    NEW_USE: Review "new-use", "It uses a host, command, variable, file, agent or tool that it did not use",
        "Does what it is for need that? Is the host the author's to name?";
    NEW_SELF_RUNNING: Review "new-self-running-file", "It brings a file that acts without being asked again",
        "Read the file. Who installs it is asked once more; would you agree?";
    NEW_EXECUTABLE: Review "new-executable", "A file may be run that could not be run before",
        "Read the file, and see what calls it.";
    CODE_CHANGE: Review "code-change", "A file that is more than prose is new or has changed, without a use that was found",
        "Read the file: what a search finds in code can be hidden from it.";
    IDENTITY_CHANGE: Review "identity-change", "Authors, origin or addresses are others than those of the last release",
        "Are they true? They stand on the package's page.";
    UNPINNED: Review "unpinned", "It fetches something and runs it, unseen or without saying which version",
        "Whoever controls what is fetched controls what runs. Ask for a version.";
    NEW_DEPENDENCY: Review "new-dependency", "It needs a package that it did not need",
        "Look at that package as at this one: it is installed with it.";
    NEW_COMPONENT_ID: Review "component-collision", "A component is called like one of another package",
        "Two such packages cannot be installed together. Is it meant to take the other's place?";
    LICENSE_CHANGE: Review "licence-change", "Its licence is another than that of the last release",
        "May the author change it? Earlier contributors may have to agree.";
    KIND_CHANGE: Review "kind-change", "Its kind is another than that of the last release",
        "It stands in another part of the gallery then. Is it still the same package?";
    OLDER_LINE: Review "older-line", "A version for a line older than the newest release",
        "Is it a repair of that line, and nothing else?";
    SOURCE_MOVED: Review "source-moved", "Its files come from another place than those of the last release",
        "Is the new place the owner's? Compare the files with the last release.";
    NO_NEW_VERSION: Review "no-new-version", "Files change, and no new version is released",
        "Nobody gets the change by installing. Is it only about tests or pictures?";
    NO_GOOD_RELEASE: Review "no-good-release", "There is no release that it could be compared with",
        "Read every file, as for a new package.";
    PACKAGE_REMOVED: Review "package-removed", "The files of a package, or what is said of it, are removed",
        "Its releases stay. Should it be deprecated instead?";
    SOURCE_UNREAD: Review "source-unread", "The repository that it names could not be read",
        "Run the decision again. If it stays so, nobody can install from there.";
    // what is said of packages
    OWNER_CHANGE: Review "owner-change", "Who owns a package or a namespace changes",
        "Did an owner propose it? Do the numbers belong to whom they are said to belong?";
    TRANSFER: Review "transfer", "Every owner of a package is replaced",
        "Ask the old owner somewhere else than in this pull request.";
    TRANSFER_WAITS: Review "transfer-waits", "A transfer waits seven days, so that the old owner can object",
        "Do not merge it before the day that the comment names.";
    RENAME: Review "rename", "A package gets another name",
        "The old name is never used again. Does the proposer own both?";
    REPLACEMENT: Review "replacement", "A package says that another takes its place",
        "Whoever uses the one is sent to the other. Is that one trustworthy?";
    UNYANK: Review "unyank", "A withdrawn version comes back",
        "Is the reason for which it was withdrawn gone?";
    UNDEPRECATE: Review "undeprecate", "A package is no longer said to be deprecated",
        "Who deprecated it, and is the reason gone?";
    REVOKE: Review "revoke", "A version is refused everywhere, or is not refused any more",
        "It breaks every project that has it locked. Is it malware or a leaked secret? Act soon.";
    REQUEST_WITHDRAWN: Review "request-withdrawn", "A request for a release is taken back",
        "Was it released meanwhile? Then nothing is taken back.";
    // the registry itself
    NAMESPACE_CLAIM: Review "namespace-claim", "Somebody wants a namespace",
        "Is it their name, or that of their team? Whom would users take it for?";
    REGISTRY_POLICY: Review "registry-policy", "registry.toml changes",
        "Every package is judged by it from then on.";
    WORKFLOW: Review "workflow", "What runs on the forge changes",
        "Read it as code that runs with the registry's rights.";
    TOOLING: Review "tooling", "Files change that are neither packages nor the index",
        "Review it as code.";
    SEVERAL_PACKAGES: Review "several-packages", "It is about more than one package",
        "Look at each; ask for one pull request a package where they have nothing to do with each other.";
    LARGE_CHANGE: Review "large-change", "It is larger than what is merged unseen",
        "Look for what should not be in there: copies of libraries, generated files, data.";
    BESIDE: Review "beside-the-package", "Something is touched beside the one package",
        "Is it part of the same thing? Ask for a second pull request where it is not.";
    UNRECOGNISED: Review "unrecognised", "A change that no rule of the decision knows",
        "Read it, and tell the maintainers of the tooling.";
    // refused
    NOT_OWNER: Refuse "not-owner", "It changes what belongs to somebody else",
        "Propose it to the owner. Only an owner's pull request changes a package or a namespace.";
    LOGIN_AGAIN: Refuse "login-registered-again", "The namespace belonged to another account of this login",
        "A login that is registered again inherits nothing. Ask the maintainers for another namespace.";
    OWNERS_UNSTATED: Refuse "owners-unstated", "A new package does not say that its proposer owns it",
        "Add package.toml with `owners = [\"github:<your id>\"]`.";
    RECORD_TOUCHED: Refuse "record-touched", "The record of a release is changed or removed",
        "Restore it. Publish a new version, and yank or revoke the old one in package.toml.";
    RECORD_BY_HAND: Refuse "record-by-hand", "A record is written by hand",
        "Remove it. The release job writes the record after the merge.";
    RELEASED_CONTENT: Refuse "released-content", "Other content under a version that is released",
        "Raise the version: a release never changes.";
    VERSION_LOWER: Refuse "version-lower", "The version is lower than one of its line that is released",
        "Raise the version above the last release of its line.";
    REQUEST_MISMATCH: Refuse "request-mismatch", "The request says something else than what is at that commit",
        "Name and version in the paracle.toml there have to be those of the request.";
    REQUEST_UNREACHABLE: Refuse "request-unreachable", "The commit is on no branch or tag of that repository",
        "Push the commit to a branch of that very repository; one of a fork does not count.";
    REQUEST_UNFIT: Refuse "request-unfit", "What is at that commit cannot be released",
        "Name an https address on an allowed host, and a folder of regular files with a paracle.toml.";
    RATING_OF_ANOTHER: Refuse "rating-of-another", "It changes ratings that are not the proposer's own",
        "Change only the entry with your own id, one file a pull request.";
    RATING_NOT_TAKEN: Refuse "rating-not-taken", "This registry does not take ratings by pull request",
        "`paracle template rate` rates in the way that the registry takes.";
    TOOLING_WITH_PACKAGES: Refuse "tooling-with-packages", "Tooling and packages in one change",
        "Propose them separately. What judges a package must not change with it.";
    NOT_A_FILE: Refuse "not-a-file", "A symbolic link or a submodule where a file should be",
        "Replace it by the file that it stands for.";
    GIT_FILE: Refuse "git-file", "A file that changes what git does to the registry's own files",
        "Remove it.";
    CASE_RENAMED: Refuse "case-renamed", "A path that differs from another only by case",
        "Use the folder that is there: some systems cannot tell the two apart.";
    PATH_UNFIT: Refuse "path-unfit", "A path that some systems cannot hold or would misread",
        "Rename the file.";
    STRAY_FILE: Refuse "stray-file", "A file where only packages and what is said of them may be",
        "Move it into the package's folder, beside or below its paracle.toml.";
    NESTED_PACKAGE: Refuse "nested-package", "A paracle.toml above packages that are there",
        "Remove it: it would take those packages in.";
    TOO_MANY_FILES: Refuse "too-many-files", "More files than a person can look at",
        "Split it; leave out what is generated.";
    TOO_LARGE: Refuse "too-large", "More bytes than the registry takes",
        "Leave out what is large.";
    CONFLICT: Refuse "conflict", "It and the registry's branch changed the same files",
        "Merge the registry's branch into yours, or start again from it.";
    OTHER_BRANCH: Refuse "other-branch", "It is for a branch that takes no proposals",
        "Choose the registry's branch as its base.";
    EMPTY_CHANGE: Refuse "empty-change", "Nothing differs from the registry",
        "Close it: it is all there already.";
    CHECK_ERRORS: Refuse "check-errors", "The checks find errors",
        "`paracle registry check` names each with its place and what to do.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The page for reviewers lists what there is, in the same words and the same order.
    #[test]
    fn the_docs_list_every_cause() {
        let page = include_str!("../../../../docs/reviewing.md");
        let listed: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let mut causes: Vec<&Cause> = ALL.to_vec();
        causes.sort_by_key(|cause| cause.verdict);
        let rows: Vec<String> = causes
            .iter()
            .map(|cause| format!("| `{}` | {} | {} |", cause.id, cause.about, cause.look))
            .collect();
        assert_eq!(listed, rows);
    }

    #[test]
    fn every_cause_is_once_there_and_fits_a_label() {
        let ids: BTreeSet<&str> = ALL.iter().map(|cause| cause.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for (name, about) in labels() {
            // GitHub's limits.
            assert!(name.len() <= 50 && about.len() <= 100, "{name}");
        }
        assert_eq!(explain("new-use"), Some(&NEW_USE));
    }
}
