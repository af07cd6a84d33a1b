//! The order of steps: every step that is waited for exists, and none waits for itself.

use std::collections::{HashMap, VecDeque};

use super::{Reader, Step};
use crate::{component::yaml::Node, raw::nearest, text::quote};

/// Steps that a cycle's message names.
const NAMED: usize = 8;

pub(super) fn check(steps: &[(Step, &Node)], reader: &mut Reader) {
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (index, (step, _)) in steps.iter().enumerate() {
        if let Some(first) = by_id.insert(&step.id, index) {
            let message = format!(
                "the step {} of line {} is lost: this one has the same id",
                quote(&step.id),
                steps[first].0.line
            );
            reader.warn(step.line, message, "give each step its own `id:`");
        }
    }
    // How many of the steps it waits for are not done, and who waits for each.
    let mut waits: Vec<usize> = vec![0; steps.len()];
    let mut waiting: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, (step, _)) in steps.iter().enumerate() {
        for wanted in &step.depends_on {
            let Some(&on) = by_id.get(wanted.as_str()) else {
                let message = format!(
                    "step {} waits for {}, which does not exist",
                    quote(&step.id),
                    quote(wanted)
                );
                let help = match nearest(wanted, by_id_sorted(&by_id).into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name another step's id".to_owned(),
                };
                reader.refuse(step.line, message, &help);
                continue;
            };
            waits[index] += 1;
            waiting.entry(on).or_default().push(index);
        }
    }
    let mut ready: VecDeque<usize> = (0..steps.len()).filter(|i| waits[*i] == 0).collect();
    while let Some(done) = ready.pop_front() {
        for next in waiting.remove(&done).unwrap_or_default() {
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.push_back(next);
            }
        }
    }
    if let Some(stuck) = waits.iter().position(|count| *count > 0) {
        let names = around(stuck, steps, &by_id, &waits);
        let message = format!("these steps wait for each other: {}", names.join(" -> "));
        let help = "remove one of these from a `depends_on`";
        reader.refuse(steps[stuck].0.line, message, help);
    }
}

fn by_id_sorted<'a>(by_id: &HashMap<&'a str, usize>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = by_id.keys().copied().take(1_000).collect();
    ids.sort_unstable();
    ids
}

/// The ids along a cycle, from a step that never gets ready: whoever is stuck waits for one that is.
fn around(
    start: usize,
    steps: &[(Step, &Node)],
    by_id: &HashMap<&str, usize>,
    waits: &[usize],
) -> Vec<String> {
    let next = |at: usize| {
        let on = |id: &String| by_id.get(id.as_str()).copied();
        let mut stuck = steps[at].0.depends_on.iter().filter_map(on);
        stuck.find(|step| waits[*step] > 0)
    };
    let mut at = start;
    // After as many steps as there are, the walk is inside the cycle.
    for _ in 0..steps.len() {
        at = next(at).unwrap_or(at);
    }
    let first = at;
    let mut names = vec![quote(&steps[first].0.id)];
    while let Some(step) = next(at) {
        names.push(quote(&steps[step].0.id));
        if step == first || names.len() > NAMED {
            break;
        }
        at = step;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::{read, tests::after};

    #[test]
    fn unknown_steps_and_cycles_are_fatal() {
        let (line, fatal, message) = after("depends_on: [read]", "depends_on: [reed]");
        assert_eq!((line, fatal), (14, true), "{message}");
        let (_, fatal, message) = after(
            "    agent: reviewer\n",
            "    agent: reviewer\n    depends_on: [report]\n",
        );
        assert!(
            fatal && message.contains("\"read\" -> \"report\" -> \"read\""),
            "{message}"
        );
        assert!(after("depends_on: [read]", "depends_on: [report]").1);
    }

    #[test]
    fn the_second_of_two_ids_is_warned_of() {
        let text = "steps:\n- {id: a, agent: x}\n- {id: a, agent: y}\n";
        let (_, problems) = read("w", text);
        assert_eq!((problems.len(), problems[0].fatal), (1, false));
    }

    #[test]
    fn a_long_chain_is_walked_without_recursion() {
        let mut text = "steps:\n".to_owned();
        for i in 0..5_000 {
            text += &format!(
                "- {{id: s{i}, agent: x, depends_on: [s{}]}}\n",
                (i + 1) % 5_000
            );
        }
        let (_, problems) = read("w", &text);
        assert_eq!(problems.len(), 1);
    }
}
