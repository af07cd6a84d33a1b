//! `paracle registry serve`: build, serve on this machine, rebuild on change, reload the page.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc,
    time::Duration,
};

use clap::Args;
use client::filling;
use notify::{RecursiveMode, Watcher};
use registry_index::Layout;
use site_gen::Mode;
use tokio::sync::broadcast;

use super::{
    Worked,
    build::{Site, docs, read, write},
    drafts::Drafts,
};
use crate::{context::Context, error::CliError};

mod http;

/// Where the site is served unless a port is given.
const PORT: u16 = 7878;
/// How many ports after it are tried.
const TRIES: u16 = 100;
/// An editor writes a file in several steps; a rebuild waits for the last.
const SETTLE: Duration = Duration::from_millis(150);

/// Build the gallery, serve it here and rebuild it on change
///
/// Work in progress below templates/ is shown, marked as a draft. The open page reloads itself.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port; without it 7878, or the next free one
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    worked: Worked,
}

impl Serve {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let out = layout.root().join(".paracle/serve");
        let watched = [
            layout.index(),
            layout.templates(),
            layout.root().join("docs"),
        ];
        until_stopped(&Served {
            port: self.port,
            out: &out,
            watched: &watched,
            context,
            build: &|| self.build(&layout, &out, context),
            ready: &|_| {},
        })
    }

    fn build(&self, layout: &Layout, out: &Path, context: &Context) -> Result<String, CliError> {
        let store = self.worked.store(layout, context);
        let (registry, loaded) = read(layout, context)?;
        for one in filling::fill(layout.root(), &registry, &store)? {
            context.ui.warn(&format!(
                "the {} of {} {} is missing",
                one.what, one.name, one.version
            ));
        }
        let drafts = Drafts::of(&loaded.sources, &registry, store);
        let site = Site {
            registry: &registry,
            blobs: &drafts,
            drafts: &drafts.records,
            mode: Mode::Serve,
        };
        let summary = write(docs(layout)?, &site, None, out)?;
        summary
            .warnings
            .iter()
            .for_each(|warning| context.ui.warn(warning));
        let drafts = match drafts.records.len() {
            0 => String::new(),
            n => format!(" and {n} drafts"),
        };
        context.ui.did(
            "Built",
            format!(
                "{} packages{drafts}, {} pages",
                summary.packages, summary.pages
            ),
        );
        Ok(String::new())
    }
}

/// What is served, and what it is made from.
pub(crate) struct Served<'a> {
    /// The port; else the first that is free.
    pub(crate) port: Option<u16>,
    /// Where the site is built.
    pub(crate) out: &'a Path,
    /// Folders whose changes make it old.
    pub(crate) watched: &'a [PathBuf],
    pub(crate) context: &'a Context,
    /// Builds it, and says which page is to be looked at, by its path from the site's root.
    pub(crate) build: &'a dyn Fn() -> Result<String, CliError>,
    /// Hears the address of that page once it is there.
    pub(crate) ready: &'a dyn Fn(&str),
}

/// Builds, serves and builds again on every change, until somebody stops it.
pub(crate) fn until_stopped(served: &Served<'_>) -> Result<ExitCode, CliError> {
    let ui = &served.context.ui;
    // Watching begins before building: no change falls between the two.
    let (tell, told) = mpsc::channel();
    let _watching = watch(served.watched, tell)?;
    // A port that is taken is told before anything is built.
    let listener = listen(served.port)?;
    let page = (served.build)()?;
    let address = format!("http://{}/{page}", listener.local_addr()?);
    let (changed, _) = broadcast::channel(8);
    let server = http::spawn(listener, served.out.to_owned(), changed.clone())?;
    ui.did("Serving", format!("{address}  (Ctrl-C stops it)"));
    ui.data(&address)?;
    (served.ready)(&address);
    while !server.is_finished() {
        if told.recv_timeout(Duration::from_millis(500)).is_err() {
            continue;
        }
        while told.recv_timeout(SETTLE).is_ok() {}
        match (served.build)() {
            Ok(_) => drop(changed.send(())),
            // The last good site stays.
            Err(error) => ui.error(&error),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A socket on this machine only.
fn listen(port: Option<u16>) -> Result<TcpListener, CliError> {
    let on = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    match port {
        Some(port) => on(port).map_err(|error| {
            CliError::failed(format!("cannot listen on port {port}: {error}"))
                .hint("name another --port, or none: then the next free one is taken")
        }),
        None => (PORT..PORT + TRIES)
            .find_map(|port| on(port).ok())
            .ok_or_else(|| {
                CliError::failed(format!(
                    "no port from {PORT} to {} is free",
                    PORT + TRIES - 1
                ))
                .hint("name one with --port")
            }),
    }
}

/// Tells of every change below `folders`.
fn watch(
    folders: &[PathBuf],
    tell: mpsc::Sender<()>,
) -> Result<notify::RecommendedWatcher, CliError> {
    let failed =
        |error: notify::Error| CliError::failed(format!("cannot watch for changes: {error}"));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is an event too, and building reads all of them.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = tell.send(());
        }
    })
    .map_err(failed)?;
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(failed)?;
    }
    Ok(watcher)
}
