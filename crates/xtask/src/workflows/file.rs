//! A workflow as it is written, as far as it is run here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::workspace::Failure;

#[derive(Debug, Deserialize)]
pub(super) struct Workflow {
    #[serde(deserialize_with = "in_order")]
    pub(super) jobs: Vec<(String, Job)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Job {
    #[serde(default)]
    pub(super) needs: Needs,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) steps: Vec<Step>,
}

/// One job, or several.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Needs {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Needs {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let all: &[String] = match self {
            Needs::None => &[],
            Needs::One(one) => std::slice::from_ref(one),
            Needs::Several(all) => all,
        };
        all.iter().map(String::as_str)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) uses: Option<String>,
    pub(super) run: Option<String>,
    #[serde(rename = "if")]
    pub(super) condition: Option<String>,
    #[serde(rename = "working-directory")]
    pub(super) folder: Option<String>,
    #[serde(default, rename = "with")]
    pub(super) inputs: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, Scalar>,
}

/// YAML has several ways to write a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Bool(bool),
    Number(i64),
    Text(String),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Bool(value) => value.fmt(f),
            Scalar::Number(value) => value.fmt(f),
            Scalar::Text(value) => value.fmt(f),
        }
    }
}

impl Workflow {
    pub(super) fn read(path: &Path) -> Result<Workflow, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::of(path.display(), error))?;
        yaml_serde::from_str(&text).map_err(|error| Failure::of(path.display(), error))
    }
}

/// Jobs in the order of the file, which is that of what they need.
fn in_order<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<(String, Job)>, D::Error> {
    struct Pairs;
    impl<'de> serde::de::Visitor<'de> for Pairs {
        type Value = Vec<(String, Job)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("jobs by name")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut jobs: Vec<(String, Job)> = Vec::new();
            while let Some((id, job)) = map.next_entry::<String, Job>()? {
                for needed in job.needs.iter() {
                    if !jobs.iter().any(|(id, _)| id == needed) {
                        let message =
                            format!("{id:?} needs {needed:?}, which does not stand before it");
                        return Err(serde::de::Error::custom(message));
                    }
                }
                jobs.push((id, job));
            }
            Ok(jobs)
        }
    }
    from.deserialize_map(Pairs)
}

#[cfg(test)]
mod tests {
    use super::Workflow;

    #[test]
    fn jobs_keep_their_order_and_needs_come_first() {
        let text = "jobs:\n  b:\n    steps: [{ run: x }]\n  a:\n    needs: [b]\n    steps: [{ uses: y, with: { n: 1, t: true } }]\n";
        let read: Workflow = yaml_serde::from_str(text).unwrap();
        let ids: Vec<_> = read.jobs.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
        assert_eq!(read.jobs[1].1.steps[0].inputs["n"].to_string(), "1");
        let turned = "jobs:\n  a:\n    needs: b\n    steps: []\n  b:\n    steps: []\n";
        assert!(yaml_serde::from_str::<Workflow>(turned).is_err());
    }
}
