//! `ratings/<ns>/<name>.toml`, where a registry takes ratings by pull request: whoever rates may add,
//! change and remove the one entry with their own id. Sums and averages are counted by whoever reads, so
//! there is none to tamper with.

use registry_index::{Layout, PackageName, registry::RatingPlace};
use toml::{Table, Value};

use super::{Case, DecideError, base, causes, entry, found::Found, people};

/// What an entry may say.
const KEYS: [&str; 6] = ["by", "login", "stars", "version", "date", "review"];

/// A file of ratings that differs.
pub(super) fn look(
    case: &Case<'_>,
    name: &PackageName,
    found: &mut Found,
) -> Result<(), DecideError> {
    let path = Layout::ratings(name);
    found.packages.insert(name.clone());
    if case.config.ratings != RatingPlace::PullRequests {
        found.add(&causes::RATING_NOT_TAKEN, &path, "");
        return Ok(());
    }
    if !case.at_base().is_known(name)? {
        found.add(&causes::STRAY_FILE, &path, "there is no such package");
        return Ok(());
    }
    let opener = &case.event().opened_by;
    let old = File::read(case.at_base().bytes(&path)?);
    let new = File::read(case.at_merged().bytes(&path)?);
    let (Some(old), Some(new)) = (old, new) else {
        found.add(&causes::CHECK_ERRORS, &path, "it cannot be understood");
        return Ok(());
    };
    let (old_own, old_others) = old.of(opener.id);
    let (new_own, new_others) = new.of(opener.id);
    if old_others != new_others || old.more != new.more {
        found.add(&causes::RATING_OF_ANOTHER, &path, people::opened(case));
        return Ok(());
    }
    people::same(case, &path, found);
    if let Some(fault) = fault(&new_own, &opener.login) {
        found.add(&causes::CHECK_ERRORS, &path, fault);
    } else if old_own != new_own {
        found.add(&causes::OWN_RATING, &path, people::opened(case));
    }
    entry::grown(case, &path, &path, found)
}

/// A file as its parts.
struct File {
    ratings: Vec<Value>,
    /// All but the format and the ratings.
    more: Table,
}

impl File {
    /// No file is a file without ratings; `None` for what is none.
    fn read(bytes: Option<Vec<u8>>) -> Option<Self> {
        let Some(bytes) = bytes else {
            return Some(Self {
                ratings: Vec::new(),
                more: Table::new(),
            });
        };
        let mut more: Table = toml::from_str(&String::from_utf8(bytes).ok()?).ok()?;
        if more.remove("format")?.as_integer() != Some(1) {
            return None;
        }
        let ratings = match more.remove("ratings") {
            None => Vec::new(),
            Some(Value::Array(ratings)) => ratings,
            Some(_) => return None,
        };
        Some(Self { ratings, more })
    }

    /// The ratings of `person`, and those of all others in their order.
    fn of(&self, person: u64) -> (Vec<&Value>, Vec<&Value>) {
        let is_own = |rating: &&Value| {
            let by = rating.get("by").and_then(Value::as_str);
            by.and_then(base::id) == Some(person)
        };
        self.ratings.iter().partition(is_own)
    }
}

/// What is wrong with somebody's own ratings.
fn fault(own: &[&Value], login: &str) -> Option<&'static str> {
    let rating = match own {
        [] => return None,
        [rating] => rating.as_table()?,
        _ => return Some("more than one rating of the same person"),
    };
    let text = |key: &str| rating.get(key).and_then(Value::as_str);
    let is_short = |key: &str, most: usize| {
        let value = rating.get(key);
        value.is_none_or(|value| {
            value
                .as_str()
                .is_some_and(|text| text.chars().count() <= most)
        })
    };
    if rating.keys().any(|key| !KEYS.contains(&key.as_str())) {
        Some("a key that ratings do not have")
    } else if !text("login").is_some_and(|said| said.eq_ignore_ascii_case(login)) {
        Some("the login is not that of who rates")
    } else if !matches!(rating.get("stars").and_then(Value::as_integer), Some(1..=5)) {
        Some("stars are a number from 1 to 5")
    } else if !(is_short("review", 2000) && is_short("version", 64) && is_short("date", 10)) {
        Some("a text that is too long")
    } else {
        None
    }
}
