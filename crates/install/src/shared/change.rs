//! What a three-way change of an entry comes to, field by field.

use registry_index::component::entry::Field;
use yaml_serde::{Mapping, Value};

use super::{
    Clash,
    meaning::{self, field_value},
};

/// The fields that change.
pub(super) struct Change {
    /// In the order of the release; removals behind them.
    pub(super) steps: Vec<Step>,
    /// The entry as released before, where nobody changed it since; and as released now.
    pub(super) untouched: Option<[Vec<(String, Field)>; 2]>,
    /// What the entry has to say.
    pub(super) target: Mapping,
    /// All of that as fields, in order, where fields can say it.
    pub(super) whole: Option<Vec<(String, Field)>>,
}

/// One field.
pub(super) struct Step {
    pub(super) key: String,
    pub(super) to: To,
}

/// What becomes of a field.
pub(super) enum To {
    /// It is there, and says something else from now on.
    Set(Field),
    /// It comes, behind the one of this name.
    Add {
        field: Field,
        behind: Option<String>,
    },
    /// It goes.
    Gone,
}

impl Change {
    /// `Err` with the fields that both sides changed, to different values.
    pub(super) fn of(
        user: &Mapping,
        old: &[(String, Field)],
        new: &[(String, Field)],
        clash: Clash,
    ) -> Result<Self, Vec<String>> {
        let mut target = user.clone();
        let mut steps = Vec::new();
        let mut clashes = Vec::new();
        // The last field so far that the entry will have, and the last that it has in the text.
        let (mut behind, mut anchor): (Option<&String>, Option<&String>) = (None, None);
        for (key, field) in new {
            let (there, released) = (user.get(key.as_str()), field_value(field));
            let is_there = there.is_some();
            let is_released = match side(there, get(old, key).as_ref(), Some(&released)) {
                Side::User => false,
                Side::Release => true,
                Side::Both => {
                    clashes.push(key.clone());
                    clash == Clash::Theirs
                }
            };
            if is_released {
                put(&mut target, key, released, behind);
                let field = field.clone();
                let to = match is_there {
                    true => To::Set(field),
                    false => To::Add {
                        field,
                        behind: anchor.cloned(),
                    },
                };
                steps.push(Step {
                    key: key.clone(),
                    to,
                });
            }
            behind = (is_there || is_released).then_some(key).or(behind);
            anchor = is_there.then_some(key).or(anchor);
        }
        let going = going(user, old, new, clash, &mut clashes);
        for key in going {
            target.shift_remove(key.as_str());
            let to = To::Gone;
            steps.push(Step { key, to });
        }
        if clash == Clash::Stop && !clashes.is_empty() {
            return Err(clashes);
        }
        let is_untouched = Value::Mapping(user.clone()) == meaning::value(old);
        Ok(Self {
            steps,
            untouched: is_untouched.then(|| [old.to_vec(), new.to_vec()]),
            whole: meaning::fields(&Value::Mapping(target.clone())),
            target,
        })
    }
}

/// The fields that the release no longer has, and that go.
fn going(
    user: &Mapping,
    old: &[(String, Field)],
    new: &[(String, Field)],
    clash: Clash,
    clashes: &mut Vec<String>,
) -> Vec<String> {
    let mut going = Vec::new();
    for (key, before) in old {
        if get(new, key).is_some() {
            continue;
        }
        match side(user.get(key.as_str()), Some(&field_value(before)), None) {
            Side::User => continue,
            Side::Release => {}
            Side::Both => {
                clashes.push(key.clone());
                if clash != Clash::Theirs {
                    continue;
                }
            }
        }
        going.push(key.clone());
    }
    going
}

fn get(fields: &[(String, Field)], key: &str) -> Option<Value> {
    let mut fields = fields.iter();
    let found = fields.find(|(name, _)| name == key);
    found.map(|(_, field)| field_value(field))
}

/// Who changed a field so that it matters.
enum Side {
    /// The file's value stays: only its user changed it, or nobody, or both alike.
    User,
    Release,
    Both,
}

fn side(user: Option<&Value>, old: Option<&Value>, new: Option<&Value>) -> Side {
    match () {
        () if user == new || old == new => Side::User,
        () if user == old => Side::Release,
        () => Side::Both,
    }
}

/// Sets `key` where it is, or puts it behind `behind`, or at the end.
fn put(target: &mut Mapping, key: &str, value: Value, behind: Option<&String>) {
    if let Some(there) = target.get_mut(key) {
        *there = value;
        return;
    }
    let place = behind.and_then(|behind| {
        target
            .keys()
            .position(|name| name.as_str() == Some(behind.as_str()))
    });
    let Some(place) = place else {
        target.insert(key.into(), value);
        return;
    };
    let mut rebuilt = Mapping::new();
    for (at, (name, there)) in std::mem::take(target).into_iter().enumerate() {
        rebuilt.insert(name, there);
        if at == place {
            rebuilt.insert(key.into(), value.clone());
        }
    }
    *target = rebuilt;
}
