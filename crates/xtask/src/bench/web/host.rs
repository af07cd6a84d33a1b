//! A host of static files: HTTP/2 over TLS, as GitHub Pages and its like serve them, at the far end of
//! a [`Link`]. One for all engines, so that what differs is the engines.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::{Compression, write::GzEncoder};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode, header, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rcgen::PublicKeyData as _;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::link::Link;
use crate::workspace::Failure;

/// A name that a digest stands in does not change what it means; a host is told so by its owner.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// What GitHub Pages says of everything.
const SHORTLY: &str = "max-age=600";
/// The page of the benchmark itself: what stands in it is on every page of a site anyway.
pub(super) const PAGE: &str = "bench.html";

/// A file as it was sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sent {
    /// Milliseconds from when the page was sent.
    pub(super) at: f64,
    pub(super) path: String,
    /// Of its body, as encoded for the wire.
    pub(super) bytes: usize,
    pub(super) status: u16,
}

/// What may be asked for, below a first part of the path.
pub(super) enum Place {
    Folder(PathBuf),
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// A running host; serves until the program ends.
pub(super) struct Host {
    pub(super) address: SocketAddr,
    /// Digest of its key, for `--ignore-certificate-errors-spki-list`. With it Chromium takes the
    /// certificate for a good one; with `--ignore-certificate-errors` it would cache nothing.
    pub(super) key: String,
    link: Arc<Link>,
    files: Arc<Files>,
}

struct Files {
    places: HashMap<String, Place>,
    /// Bodies by path, as encoded: a host has them ready.
    ready: Mutex<HashMap<String, Option<Bytes>>>,
    sent: Mutex<(Instant, Vec<Sent>)>,
}

impl Host {
    /// `places` by path: `size/pagefind` stands for all below it where it is a folder.
    pub(super) fn start(places: HashMap<String, Place>) -> Result<Host, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::of("the host", error);
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let own = own.map_err(|error| failed(&error))?;
        let key = Sha256::digest(own.signing_key.subject_public_key_info());
        let secret = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                let chain = vec![own.cert.der().clone()];
                let config = config.with_no_client_auth();
                config.with_single_cert(chain, PrivateKeyDer::Pkcs8(secret))
            });
        let mut config = config.map_err(|error| failed(&error))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.map_err(|error| failed(&error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let link = Link::new();
        let files = Arc::new(Files {
            places,
            ready: Mutex::default(),
            sent: Mutex::new((Instant::now(), Vec::new())),
        });
        let host = Host {
            address,
            key: BASE64_STANDARD.encode(key),
            link: Arc::clone(&link),
            files: Arc::clone(&files),
        };
        let acceptor = TlsAcceptor::from(Arc::new(config));
        thread::spawn(move || runtime.block_on(accept(listener, acceptor, link, files)));
        Ok(host)
    }

    /// What was sent since the page was.
    pub(super) fn sent(&self) -> Vec<Sent> {
        lock(&self.files.sent).1.clone()
    }

    /// The same, and nothing was sent any more; all connections end.
    pub(super) fn take(&self) -> Vec<Sent> {
        self.link.cut();
        let mut sent = lock(&self.files.sent);
        std::mem::take(&mut sent.1)
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, link: Arc<Link>, files: Arc<Files>) {
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(serve(
            socket,
            acceptor.clone(),
            Arc::clone(&link),
            Arc::clone(&files),
        ));
    }
}

/// A connection, until either end has had enough of it.
async fn serve(socket: TcpStream, acceptor: TlsAcceptor, link: Arc<Link>, files: Arc<Files>) {
    let Ok(stream) = acceptor.accept(link.carry(socket)).await else {
        return;
    };
    let answer = service_fn(|request: Request<Incoming>| {
        let answer = files.answer(request.uri().path());
        async { Ok::<_, Infallible>(answer) }
    });
    let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    builder.timer(TokioTimer::new());
    let _ = builder.serve_connection(TokioIo::new(stream), answer).await;
}

impl Files {
    fn answer(&self, path: &str) -> Response<Full<Bytes>> {
        let path = path.trim_start_matches('/');
        let body = self.body(path);
        let status = match body {
            Some(_) => StatusCode::OK,
            None => StatusCode::NOT_FOUND,
        };
        let body = body.unwrap_or_default();
        self.note(path, body.len(), status);
        let mut answer = Response::builder().status(status);
        if status == StatusCode::OK {
            let (kind, is_compressed) = kind(path);
            answer = answer.header(header::CONTENT_TYPE, kind);
            answer = answer.header(header::CACHE_CONTROL, caching(path));
            if is_compressed {
                answer = answer.header(header::CONTENT_ENCODING, "gzip");
            }
        }
        answer.body(Full::new(body)).unwrap_or_default()
    }

    fn note(&self, path: &str, bytes: usize, status: StatusCode) {
        let mut sent = lock(&self.sent);
        // Chromium asks for this on its own.
        if path.ends_with("favicon.ico") {
            return;
        }
        if path.ends_with(PAGE) {
            *sent = (Instant::now(), Vec::new());
            return;
        }
        let at = sent.0.elapsed().as_secs_f64() * 1e3;
        let path = path.to_owned();
        let status = status.as_u16();
        sent.1.push(Sent {
            at,
            path,
            bytes,
            status,
        });
    }

    /// The file as encoded.
    fn body(&self, path: &str) -> Option<Bytes> {
        if let Some(body) = lock(&self.ready).get(path) {
            return body.clone();
        }
        let bytes = self.read(path);
        let body = bytes.map(|bytes| match kind(path).1 {
            true => gzip(&bytes, Compression::default()),
            false => bytes,
        });
        let body = body.map(Bytes::from);
        lock(&self.ready).insert(path.to_owned(), body.clone());
        body
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !Path::new(path).components().all(is_plain) {
            return None;
        }
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.chain([path.len()]).find_map(|end| {
            let rest = path[end..].trim_start_matches('/');
            match self.places.get(&path[..end])? {
                Place::Bytes(bytes) if rest.is_empty() => Some(bytes.clone()),
                Place::File(file) if rest.is_empty() => std::fs::read(file).ok(),
                Place::Folder(folder) => std::fs::read(folder.join(rest)).ok(),
                Place::Bytes(_) | Place::File(_) => None,
            }
        })
    }
}

/// The content type by the end of a name, and whether GitHub Pages compresses it.
fn kind(path: &str) -> (&'static str, bool) {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" => ("application/javascript; charset=utf-8", true),
        "json" => ("application/json; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        _ => ("application/octet-stream", false),
    }
}

/// How long a browser may keep a file: for good where its name holds a digest.
fn caching(path: &str) -> &'static str {
    let is_ours = path.contains("/search/") || path.contains("/assets/");
    let is_theirs = path.ends_with(".pf_fragment")
        || path.ends_with(".pf_index")
        || path.ends_with(".pf_meta")
        || path.ends_with(".pf_filter");
    if path.ends_with(PAGE) {
        "no-store"
    } else if is_ours || is_theirs {
        IMMUTABLE
    } else {
        SHORTLY
    }
}

pub(super) fn gzip(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    // A vector takes whatever is written.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;
    use std::time::Instant;

    use super::{Compression, Files, IMMUTABLE, Place, SHORTLY, caching, gzip, kind};

    fn files() -> Files {
        let places = [
            ("60/pagefind", Place::Folder("src/bench".into())),
            ("60/bench.html", Place::Bytes(b"<p>page".to_vec())),
        ];
        let places = places.map(|(path, place)| (path.to_owned(), place));
        Files {
            places: HashMap::from(places),
            ready: Mutex::default(),
            sent: Mutex::new((Instant::now(), Vec::new())),
        }
    }

    #[test]
    fn files_are_found_below_their_places_only() {
        let files = files();
        assert_eq!(files.read("60/bench.html").unwrap(), b"<p>page");
        assert!(files.read("60/pagefind/web/host.rs").is_some());
        for strange in [
            "60/pagefind/../bench.rs",
            "60/bench.html/more",
            "61/pagefind/web.rs",
            "",
        ] {
            assert!(files.read(strange).is_none(), "{strange}");
        }
        assert_eq!(
            files.body("60/bench.html").unwrap(),
            gzip(b"<p>page", Compression::default())
        );
    }

    #[test]
    fn what_was_sent_is_counted_from_the_page_on() {
        let files = files();
        files.answer("/60/pagefind/web/host.rs");
        files.answer("/60/bench.html");
        files.answer("/favicon.ico");
        files.answer("/60/pagefind/web/link.rs");
        files.answer("/60/none");
        let sent = files.sent.lock().unwrap();
        let paths: Vec<_> = sent
            .1
            .iter()
            .map(|sent| (&*sent.path, sent.status))
            .collect();
        assert_eq!(paths, [("60/pagefind/web/link.rs", 200), ("60/none", 404)]);
        assert!(sent.1[0].bytes > 1000);
    }

    #[test]
    fn names_with_digests_are_kept() {
        assert_eq!(caching("60/search/ab/1.bin"), IMMUTABLE);
        assert_eq!(caching("60/pagefind/index/en_1.pf_index"), IMMUTABLE);
        assert_eq!(caching("60/pagefind/pagefind.js"), SHORTLY);
        assert_eq!(caching("60/index/config.json"), SHORTLY);
        assert_eq!(
            kind("60/pagefind/wasm.en.pagefind"),
            ("application/octet-stream", false)
        );
    }
}
