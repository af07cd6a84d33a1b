//! Signing in to a registry's forge, and where the token may and may not be seen.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

mod forge;

use forge::{Forge, TOKEN};

use crate::place::{Place, Ran, has};

const PROGRAM: &str = env!("CARGO_BIN_EXE_paracle");

/// A place with a registry whose repository is on a forge of its own.
fn place() -> Place {
    let place = Place::new();
    place.done(&["registry", "new", "../hub"]);
    let file = "hub/registry-index/registry.toml";
    let text = place
        .read(file)
        .replace("[forge]\n", "[forge]\noauth-client-id = \"Iv1.test\"\n");
    place.write(file, text);
    place
}

/// `paracle registry ARGS`, at the forge, with these variables.
fn command(place: &Place, forge: &Forge, variables: &[(&str, &str)], args: &[&str]) -> Command {
    let mut command = place.command(PROGRAM);
    command
        .envs(variables.iter().copied())
        .args(["registry", args[0], "--registry", "../hub"])
        .args(["--api-url", &forge.url])
        .args(&args[1..]);
    command
}

fn run(place: &Place, forge: &Forge, variables: &[(&str, &str)], args: &[&str]) -> Ran {
    let ran = Ran::of(command(place, forge, variables, args).output().unwrap());
    is_not_told(place, &ran);
    ran
}

/// The token is in nothing that was printed and in no file.
fn is_not_told(place: &Place, ran: &Ran) {
    assert!(
        !ran.out.contains(TOKEN) && !ran.err.contains(TOKEN),
        "{}{}",
        ran.out,
        ran.err
    );
    let mut folders = vec![place.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() && !path.ends_with("bin/gh") {
                // Not the sockets of the keyring.
                let bytes = fs::read(&path).unwrap();
                let is_there = bytes
                    .windows(TOKEN.len())
                    .any(|part| part == TOKEN.as_bytes());
                assert!(!is_there, "the token is in {}", path.display());
            }
        }
    }
}

/// A `gh` that is signed in, and keeps what it was started with.
fn with_gh(place: &Place, script: &str) -> String {
    let seen = place.path("seen");
    let script = format!(
        "#!/bin/sh\n{{ env; echo \"ARGS $*\"; pwd; }} >> {}\n{script}\n",
        seen.display()
    );
    place.write("bin/gh", script);
    fs::set_permissions(place.path("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/bin:/bin", place.path("bin").display())
}

#[test]
fn the_environment_goes_first() {
    let (place, forge) = (place(), Forge::new());
    for variables in [
        &[("GITHUB_TOKEN", TOKEN)][..],
        &[("GH_TOKEN", TOKEN)],
        &[("GITHUB_TOKEN", TOKEN), ("GH_TOKEN", "gho_other")],
    ] {
        let ran = run(&place, &forge, variables, &["whoami"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let host = forge.host();
        let name = variables[0].0;
        let expected =
            format!("octo (github:583231) on {host}\ntoken   {name}\nscopes  public_repo, gist\n");
        assert_eq!(ran.out, expected);
    }
    let ran = run(
        &place,
        &forge,
        &[("GITHUB_TOKEN", TOKEN)],
        &["whoami", "--json"],
    );
    let expected = serde_json::json!({
        "format": 1, "host": forge.host(), "login": "octo", "id": 583_231,
        "source": "environment", "variable": "GITHUB_TOKEN", "scopes": ["public_repo", "gist"],
    });
    assert_eq!(ran.json(), expected);
}

#[test]
fn a_token_that_is_not_accepted_is_told_and_not_shown() {
    let (place, forge) = (place(), Forge::new());
    let ran = run(
        &place,
        &forge,
        &[("GITHUB_TOKEN", "gho_expired")],
        &["whoami"],
    );
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(
        ran.err.contains("registry login") && !ran.err.contains("gho_expired"),
        "{}",
        ran.err
    );
    let odd = format!("{TOKEN} and more");
    let ran = run(&place, &forge, &[("GITHUB_TOKEN", &odd)], &["whoami"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err
            .contains("GITHUB_TOKEN holds something that is no token"),
        "{}",
        ran.err
    );
    let ran = run(&place, &forge, &[], &["whoami"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("you are not signed in"), "{}", ran.err);
    let asked = forge.heard().len();
    let ran = run(
        &place,
        &forge,
        &[("GITHUB_TOKEN", TOKEN)],
        &["whoami", "--offline"],
    );
    assert_eq!((ran.code, forge.heard().len()), (3, asked), "{}", ran.err);
}

/// Where a registry is developed is the registry's own word. It gets no token by it.
#[test]
fn a_host_that_only_a_registry_names_gets_no_token() {
    let (place, forge) = (place(), Forge::new());
    let file = "hub/registry-index/registry.toml";
    let theirs = format!("https://{}/acme/hub", forge.host());
    let text = place
        .read(file)
        .replace("https://git.example/hub/registry", &theirs);
    place.write(file, text);
    let mut whoami = place.command(PROGRAM);
    whoami
        .args(["registry", "whoami", "--registry", "../hub"])
        .env("GITHUB_TOKEN", TOKEN);
    let ran = Ran::of(whoami.output().unwrap());
    is_not_told(&place, &ran);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(
        ran.err.contains("GITHUB_TOKEN is not sent to 127.0.0.1"),
        "{}",
        ran.err
    );
    assert!(forge.heard().is_empty());
}

#[test]
fn gh_is_asked_for_its_token_and_told_nothing() {
    let (place, forge) = (place(), Forge::new());
    let path = with_gh(&place, &format!("echo {TOKEN}"));
    let variables = [
        ("PATH", path.as_str()),
        ("SECRET", "of-somebody"),
        ("GH_CONFIG_DIR", "/nowhere"),
    ];
    let ran = run(&place, &forge, &variables, &["whoami", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.json()["source"], "gh");
    let seen = place.read("seen");
    assert!(
        seen.contains("ARGS auth token --hostname 127.0.0.1\n"),
        "{seen}"
    );
    assert!(
        seen.contains("GH_CONFIG_DIR=/nowhere\n") && !seen.contains("SECRET"),
        "{seen}"
    );
    assert!(
        !seen.contains(&*place.project().to_string_lossy()),
        "{seen}"
    );
    // The environment goes first, and then it is not asked.
    let mut both = variables.to_vec();
    both.push(("GITHUB_TOKEN", TOKEN));
    let ran = run(&place, &forge, &both, &["whoami", "--json"]);
    assert_eq!(ran.json()["source"], "environment");
    assert_eq!(place.read("seen"), seen);
    // One that fails, whatever it prints, has none.
    let path = with_gh(&place, &format!("echo {TOKEN}; exit 1"));
    let ran = run(&place, &forge, &[("PATH", path.as_str())], &["whoami"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
}

/// A folder that somebody else made is not where programs are looked for.
#[test]
fn a_gh_in_the_working_folder_is_not_run() {
    let (place, forge) = (place(), Forge::new());
    with_gh(&place, &format!("echo {TOKEN}"));
    fs::copy(place.path("bin/gh"), place.path("project/gh")).unwrap();
    fs::write(place.path("bin/gh"), "").unwrap();
    for path in [".:/usr/bin", ":/usr/bin", "../bin:/usr/bin"] {
        let mut whoami = command(&place, &forge, &[("PATH", path)], &["whoami"]);
        assert_eq!(whoami.output().unwrap().status.code(), Some(4));
    }
    assert!(!place.path("seen").exists());
}

#[test]
fn without_a_keyring_signing_in_is_not_begun() {
    let (place, forge) = (place(), Forge::new());
    let ran = run(&place, &forge, &[], &["login"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("there is no keyring to keep a token in"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("GITHUB_TOKEN"), "{}", ran.err);
    let ran = run(&place, &forge, &[], &["logout"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    // Nobody there to ask for one, either.
    let mut nobody = command(&place, &forge, &[], &["login"]);
    nobody
        .env_remove("PARACLE_NO_KEYRING")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let ran = Ran::of(nobody.output().unwrap());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("there is no keyring"), "{}", ran.err);
    assert!(forge.heard().is_empty());
}

/// strace sees every argument of every program and every byte that is written: the token goes into
/// connections, and nowhere else.
#[cfg(target_os = "linux")]
#[test]
fn the_token_is_written_to_connections_only() {
    if !has("strace") {
        println!("strace is not here: nothing is shown");
        return;
    }
    let (place, forge) = (place(), Forge::new());
    let path = with_gh(&place, "cat /dev/fd/3");
    place.write("token", "");
    let trace = place.path("trace");
    let plain = command(&place, &forge, &[], &["whoami"]);
    let mut traced = place.command("bash");
    // The script of `gh` has the token from a pipe, so that no file has it.
    let script = format!("exec 3< <(printf {TOKEN}); exec \"$@\"");
    traced.args([
        "-c", &script, "bash", "strace", "-f", "-v", "-qq", "-y", "-s", "9999", "-o",
    ]);
    traced.arg(&trace).args([
        "-e",
        "trace=execve,write,writev,pwrite64,sendto,sendmsg,rename",
    ]);
    traced.arg(PROGRAM).args(plain.get_args()).env("PATH", path);
    let ran = Ran::of(traced.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("token   gh\n"), "{}", ran.out);
    let traced = fs::read_to_string(&trace).unwrap();
    fs::remove_file(&trace).unwrap();
    is_not_told(&place, &ran);
    let told: Vec<_> = traced.lines().filter(|line| line.contains(TOKEN)).collect();
    assert!(!told.is_empty());
    for line in told {
        let by_gh = line.contains("write(1<pipe:");
        assert!(
            by_gh || line.contains("<socket:") || line.contains("<TCP:"),
            "{line}"
        );
    }
}

/// Runs it where a real Secret Service is, unlocked, whose entries last from one session to the next.
/// `None` where there is none on this machine.
fn with_keyring(place: &Place, command: &Command, before: &[&str]) -> Option<Ran> {
    if !has("gnome-keyring-daemon") || !has("dbus-run-session") {
        println!("gnome-keyring-daemon and dbus-run-session are not here: nothing is shown");
        return None;
    }
    let script = "printf password | gnome-keyring-daemon --unlock --components=secrets \
                  --daemonize >/dev/null 2>&1; exec \"$@\"";
    fs::create_dir_all(place.path("home")).unwrap();
    let mut session = place.command("dbus-run-session");
    session
        .args(["--", "bash", "-c", script, "bash"])
        .args(before);
    session
        .arg(PROGRAM)
        .args(command.get_args())
        .env_remove("PARACLE_NO_KEYRING");
    let ran = Ran::of(session.output().unwrap());
    is_not_told(place, &ran);
    Some(ran)
}

#[test]
fn a_keyring_keeps_who_one_is() {
    let (place, forge) = (place(), Forge::new());
    let in_session = |args: &[&str]| with_keyring(&place, &command(&place, &forge, &[], args), &[]);
    let Some(ran) = in_session(&["whoami"]) else {
        return;
    };
    assert_eq!(ran.code, 4, "{}", ran.err);
    let ran = in_session(&["login", "--no-input"]).unwrap();
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(forge.heard().is_empty());

    forge.pending(1);
    let ran = in_session(&["login"]).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = format!("{}login/device", forge.url);
    assert!(
        ran.err.contains("WDJB-MJHT") && ran.err.contains(&page),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("as octo"), "{}", ran.err);
    let heard = forge.heard();
    assert_eq!(heard[0].body, "client_id=Iv1.test&scope=public_repo");
    assert_eq!(
        heard
            .iter()
            .filter(|heard| heard.path.ends_with("access_token"))
            .count(),
        2
    );

    let ran = in_session(&["whoami", "--json"]).unwrap();
    assert_eq!(ran.json()["source"], "keyring", "{}", ran.err);
    let ran = in_session(&["logout"]).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("settings/connections/applications/Iv1.test"),
        "{}",
        ran.err
    );
    assert_eq!(in_session(&["whoami"]).unwrap().code, 4);
    let ran = in_session(&["logout"]).unwrap();
    assert!(ran.code == 0 && ran.err.contains("Nothing"), "{}", ran.err);
}

#[test]
fn control_c_ends_the_waiting() {
    let (place, forge) = (place(), Forge::new());
    forge.pending(usize::MAX);
    let login = command(&place, &forge, &[], &["login"]);
    let interrupt = ["timeout", "--preserve-status", "--signal", "INT", "3"];
    let Some(ran) = with_keyring(&place, &login, &interrupt) else {
        return;
    };
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("signing in was given up"), "{}", ran.err);
    let whoami = command(&place, &forge, &[], &["whoami"]);
    assert_eq!(with_keyring(&place, &whoami, &[]).unwrap().code, 4);
}
