//! The server: files of the built site, and a stream of events that tells an open page to reload.

use std::{
    convert::Infallible,
    net::TcpListener,
    path::PathBuf,
    thread::{self, JoinHandle},
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use tokio::sync::broadcast;
use tokio_stream::{Stream, StreamExt, wrappers::BroadcastStream};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
    set_status::SetStatus,
};

use crate::error::CliError;

/// Serves `site` in a thread of its own. The thread ends with Ctrl-C.
pub(super) fn spawn(
    listener: TcpListener,
    site: PathBuf,
    changed: broadcast::Sender<()>,
) -> Result<JoinHandle<()>, CliError> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(thread::spawn(move || {
        runtime.block_on(async {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                return;
            };
            let stop = async { drop(tokio::signal::ctrl_c().await) };
            // An open page holds its event stream for ever: stopping does not wait for it.
            tokio::select! {
                _ = axum::serve(listener, router(site, changed)) => {}
                () = stop => {}
            }
        });
    }))
}

fn router(site: PathBuf, changed: broadcast::Sender<()>) -> Router {
    let missing = SetStatus::new(ServeFile::new(site.join("404.html")), StatusCode::NOT_FOUND);
    let header =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/_reload", get(move || reload(changed.subscribe())))
        .fallback_service(ServeDir::new(site).fallback(missing))
        .layer(middleware::from_fn(only_this_machine))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

async fn reload(
    told: broadcast::Receiver<()>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = BroadcastStream::new(told).map(|_| Ok(Event::default().data("reload")));
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// A page of somebody else's site can make its own name lead to this machine and read what is served
/// here, a private registry and its drafts among it (DNS rebinding). The name it asks for gives it away.
async fn only_this_machine(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    match name {
        Some("127.0.0.1" | "localhost" | "[::1]") => next.run(request).await,
        _ => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}
