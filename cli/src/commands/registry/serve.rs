//! `paracle registry serve`: build, serve on this machine, rebuild on change, reload the page.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
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
    build::{Site, read, write},
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
        // Watching begins before building: no change falls between the two.
        let (tell, told) = mpsc::channel();
        let _watching = watch(&layout, tell)?;
        // A port that is taken is told before anything is built.
        let listener = listen(self.port)?;
        self.build(&layout, &out, context)?;
        let address = listener.local_addr()?;
        let (changed, _) = broadcast::channel(8);
        let server = http::spawn(listener, out.clone(), changed.clone())?;
        context
            .ui
            .did("Serving", format!("http://{address}/  (Ctrl-C stops it)"));
        context.ui.data(format!("http://{address}/"))?;
        while !server.is_finished() {
            if told.recv_timeout(Duration::from_millis(500)).is_err() {
                continue;
            }
            while told.recv_timeout(SETTLE).is_ok() {}
            match self.build(&layout, &out, context) {
                Ok(()) => drop(changed.send(())),
                // The last good site stays.
                Err(error) => context.ui.error(&error),
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn build(&self, layout: &Layout, out: &Path, context: &Context) -> Result<(), CliError> {
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
        let summary = write(layout, &site, None, out)?;
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
        Ok(())
    }
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

/// Tells of every change below the folders that a site is made from.
fn watch(layout: &Layout, tell: mpsc::Sender<()>) -> Result<notify::RecommendedWatcher, CliError> {
    let failed =
        |error: notify::Error| CliError::failed(format!("cannot watch for changes: {error}"));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is an event too, and building reads all of them.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = tell.send(());
        }
    })
    .map_err(failed)?;
    for folder in [
        layout.index(),
        layout.templates(),
        layout.root().join("docs"),
    ] {
        if folder.is_dir() {
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .map_err(failed)?;
        }
    }
    Ok(watcher)
}
