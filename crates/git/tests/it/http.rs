//! Git's own CGI program behind the smallest server that can carry it, with faults to switch on.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does instead of answering.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// 500, with terminal escapes.
    Error,
    /// Accepts and says nothing.
    Stall,
    /// Closes in the middle of the pack.
    Cut,
    /// 401, but for the one user who knows the password.
    Password,
    /// 302 to a path of this same server under another host name.
    Redirect,
}

#[derive(Default)]
struct State {
    fault: Mutex<Fault>,
    requests: AtomicUsize,
    sent: AtomicUsize,
}

/// Serves every repository below a folder until the test ends.
pub(crate) struct Server {
    port: u16,
    state: Arc<State>,
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// `octo`, with the password `MARKER`.
    fn is_from_octo(&self) -> bool {
        let expected = (
            "authorization".to_owned(),
            "Basic b2N0bzpNQVJLRVI=".to_owned(),
        );
        self.headers.contains(&expected)
    }
}

impl Server {
    pub(crate) fn of(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let (root, shared) = (folder.canonicalize().unwrap(), Arc::clone(&state));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, state) = (root.clone(), Arc::clone(&shared));
                thread::spawn(move || serve(stream, &root, &state, port));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        *self.state.fault.lock().unwrap() = fault;
    }

    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// Bytes sent so far.
    pub(crate) fn sent(&self) -> usize {
        self.state.sent.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, root: &Path, state: &State, port: u16) {
    let Some(request) = receive(&stream) else {
        return;
    };
    state.requests.fetch_add(1, Ordering::SeqCst);
    let fault = *state.fault.lock().unwrap();
    let mut answer = match fault {
        Fault::Error => {
            b"HTTP/1.1 500 \x1b[31mred\x1b[0m\r\nContent-Type: text/plain\r\n\r\n\x1b[2Jno".to_vec()
        }
        Fault::Redirect => {
            let to = format!("http://localhost:{port}{}", request.target);
            format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
                .into_bytes()
        }
        Fault::Password if !request.is_from_octo() => {
            b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_vec()
        }
        Fault::Stall => {
            thread::sleep(Duration::from_secs(30));
            return;
        }
        Fault::None | Fault::Cut | Fault::Password => backend(root, &request),
    };
    if fault == Fault::Cut && request.method == "POST" {
        answer.truncate(answer.len() - answer.len() / 3);
    }
    state.sent.fetch_add(answer.len(), Ordering::SeqCst);
    let _ = stream.write_all(&answer);
}

fn receive(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        target,
        headers,
        body,
    })
}

fn backend(root: &Path, request: &Request) -> Vec<u8> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let header = |name: &str| {
        let found = request.headers.iter().find(|(header, _)| header == name);
        found.map_or("", |(_, value)| value)
    };
    let mut child = Command::new(exec_path().join("git-http-backend"))
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_PROTOCOL", header("git-protocol"))
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&request.body)
        .unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let head = output.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&output[..head]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: "));
    let status = status.unwrap_or("200 OK");
    let answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    [answer.as_bytes(), &output].concat()
}

fn exec_path() -> PathBuf {
    let output = Command::new("git").arg("--exec-path").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}
