//! `request-true`: what a request pins is there, for good, and is what the request says. Only the release
//! job fetches from others' repositories, so only it can tell; here are the rule's words.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "request-true",
    severity: Severity::Error,
    about: "A requested commit is on a branch or tag of its repository and holds that package and version, without submodules, LFS, filters or links",
    help: "push the commit to a branch, and let `paracle template publish --kept-by-author` ask for it again",
    check: Check::Reading,
};
