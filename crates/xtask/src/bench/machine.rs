//! What is measured on, and with: figures mean nothing without it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde::Serialize;

/// What, and its version or size.
#[derive(Serialize)]
pub(super) struct Machine(pub(super) Vec<(&'static str, String)>);

pub(super) fn describe(paracle: &Path, folder: &Path) -> Machine {
    let says = |program: &str, argument: &str| {
        let mut command = Command::new(program);
        let output = command.arg(argument).stdin(Stdio::null()).output().ok();
        let output = output.filter(|output| output.status.success());
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let line = text.as_deref().and_then(|text| text.lines().next());
        line.unwrap_or("not there").to_owned()
    };
    let cores = thread::available_parallelism().map_or(0, usize::from);
    Machine(vec![
        ("paracle", says(&paracle.to_string_lossy(), "--version")),
        ("git", says("git", "--version")),
        ("apt", says("apt-cache", "--version")),
        ("rustc", says("rustc", "--version")),
        ("kernel", says("uname", "-sr")),
        ("cpu", format!("{cores} × {}", cpu())),
        ("memory", field("/proc/meminfo", "MemTotal")),
        ("files", file_system(folder)),
        ("load", file("/proc/loadavg")),
    ])
}

/// The processor, where Linux says so.
fn cpu() -> String {
    field("/proc/cpuinfo", "model name")
}

/// Which file system `folder` is on, as in `ext4 on /dev/vda`.
fn file_system(folder: &Path) -> String {
    let mut df = Command::new("df");
    let output = df.arg("--output=fstype,source").arg(folder).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let line = text.unwrap_or_default().lines().nth(1).map(str::to_owned);
    let words: Vec<String> = line
        .iter()
        .flat_map(|line| line.split_whitespace().map(str::to_owned))
        .collect();
    match words.as_slice() {
        [kind, source] => format!("{kind} on {source}"),
        _ => "unknown".to_owned(),
    }
}

/// The first `name: value` of a file.
fn field(path: &str, name: &str) -> String {
    let text = file(path);
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    });
    value.unwrap_or_else(|| "unknown".to_owned())
}

fn file(path: &str) -> String {
    fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
