//! As much of a forge as signing in meets: its two addresses for codes, and who one is.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// The one token that it knows.
pub(super) const TOKEN: &str = "gho_MARKERMARKERMARKERMARKER";

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) path: String,
    pub(super) body: String,
    is_octo: bool,
}

#[derive(Default)]
struct State {
    heard: Mutex<Vec<Heard>>,
    /// How often it still answers: not yet.
    pending: AtomicUsize,
}

pub(super) struct Forge {
    pub(super) url: String,
    state: Arc<State>,
}

impl Forge {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let (shared, root) = (Arc::clone(&state), url.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, root) = (Arc::clone(&shared), root.clone());
                thread::spawn(move || serve(stream, &state, &root));
            }
        });
        Self { url, state }
    }

    /// `127.0.0.1:PORT`.
    pub(super) fn host(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    pub(super) fn pending(&self, times: usize) {
        self.state.pending.store(times, Ordering::SeqCst);
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.state.heard.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, state: &State, root: &str) {
    let Some(request) = receive(&stream) else {
        return;
    };
    state.heard.lock().unwrap().push(request.clone());
    let (status, body) = answer(&request, state, root);
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nX-OAuth-Scopes: public_repo, gist\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// Errors come with 200, as from GitHub.
fn answer(request: &Heard, state: &State, root: &str) -> (u16, String) {
    match request.path.as_str() {
        "/login/device/code" => (
            200,
            format!(
                "{{\"device_code\":\"secret\",\"user_code\":\"WDJB-MJHT\",\"expires_in\":900,\
                 \"verification_uri\":\"{root}login/device\",\"interval\":1}}"
            ),
        ),
        "/login/oauth/access_token" => {
            let less = |left: usize| left.checked_sub(1);
            let waits = state
                .pending
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
            match waits {
                Ok(_) => (200, "{\"error\":\"authorization_pending\"}".to_owned()),
                Err(_) => (
                    200,
                    format!(
                        "{{\"access_token\":\"{TOKEN}\",\"token_type\":\"bearer\",\"scope\":\"public_repo\"}}"
                    ),
                ),
            }
        }
        "/user" if request.is_octo => (200, "{\"login\":\"octo\",\"id\":583231}".to_owned()),
        "/user" => (401, "{\"message\":\"Bad credentials\"}".to_owned()),
        _ => (404, "{\"message\":\"Not Found\"}".to_owned()),
    }
}

fn receive(stream: &TcpStream) -> Option<Heard> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split_whitespace().nth(1)?.to_owned();
    let (mut length, mut is_octo) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => is_octo = value == format!("Bearer {TOKEN}"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Heard {
        path,
        body: String::from_utf8(body).ok()?,
        is_octo,
    })
}
