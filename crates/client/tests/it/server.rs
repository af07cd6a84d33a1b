//! A scripted server: files by path, ranges and tags as static hosts have them, and what goes wrong.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use registry_index::Digest;

/// What is done to one request instead of answering it properly.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends so many bytes of the body and closes the connection.
    Cut(usize),
    /// As if ranges were never heard of.
    Whole,
    /// Sends so many bytes of the whole file, of which nothing says that they are not all.
    Unmeasured(usize),
    /// Sends other bytes of the same length.
    Altered,
    /// Says that another part follows than was asked for.
    OtherRange,
    /// Sends so many bytes and then nothing, for longer than anybody waits.
    Stall(usize),
    /// This status and these header lines, without a body.
    Status(u16, &'static str),
    /// A body without an end.
    Endless,
    /// A redirect to this URL.
    Redirect(String),
}

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) range: Option<String>,
    pub(crate) if_range: Option<String>,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// By the beginning of the path; each is done once, the last of an endless list for ever.
    acts: BTreeMap<String, VecDeque<Act>>,
    /// By the beginning of the path, for ever.
    always: BTreeMap<String, Act>,
    tag: Option<String>,
    no_tags: bool,
    delay: Duration,
    asked: Vec<Asked>,
    /// When answers began and ended, to see which ran at once.
    open: usize,
    most_open: usize,
    sent: BTreeMap<String, usize>,
}

/// The server. It ends with the process.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(crate) fn of(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            files: files.clone(),
            ..State::default()
        }));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = shared.clone();
                thread::spawn(move || drop(answer(stream.unwrap(), &shared)));
            }
        });
        Self { url, state }
    }

    /// What happens to the next requests for paths that begin with `path`, one after the other.
    pub(crate) fn script(&self, path: &str, acts: impl IntoIterator<Item = Act>) {
        let mut state = self.state.lock().unwrap();
        state
            .acts
            .insert(path.to_owned(), acts.into_iter().collect());
    }

    /// What happens to all requests for paths that begin with `path`.
    pub(crate) fn always(&self, path: &str, act: Act) {
        let mut state = self.state.lock().unwrap();
        state.always.insert(path.to_owned(), act);
    }

    pub(crate) fn without_tags(&self) {
        self.state.lock().unwrap().no_tags = true;
    }

    /// Another tag than the one that the bytes have.
    pub(crate) fn tag(&self, tag: &str) {
        self.state.lock().unwrap().tag = Some(tag.to_owned());
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap();
        state.files.insert(path.to_owned(), bytes.to_vec());
    }

    pub(crate) fn delay(&self, delay: Duration) {
        self.state.lock().unwrap().delay = delay;
    }

    /// What was asked for below `path` so far.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let state = self.state.lock().unwrap();
        let below = state.asked.iter().filter(|a| a.path.starts_with(path));
        below.cloned().collect()
    }

    /// Bytes of bodies that were sent for `path`.
    pub(crate) fn sent(&self, path: &str) -> usize {
        let state = self.state.lock().unwrap();
        state.sent.get(path).copied().unwrap_or_default()
    }

    /// How many answers were being written at one time, at most.
    pub(crate) fn most_open(&self) -> usize {
        self.state.lock().unwrap().most_open
    }
}

fn request(stream: &TcpStream) -> std::io::Result<(Asked, Option<String>)> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or("/");
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let asked = Asked {
        path: path.trim_start_matches('/').to_owned(),
        range: headers.remove("range"),
        if_range: headers.remove("if-range"),
    };
    Ok((asked, headers.remove("if-none-match")))
}

fn act_for(state: &mut State, path: &str) -> Option<Act> {
    let once = state.acts.iter_mut();
    let once = once
        .filter(|(start, _)| path.starts_with(*start))
        .find_map(|(_, acts)| acts.pop_front());
    let mut always = state.always.iter();
    once.or_else(|| {
        always
            .find(|(start, _)| path.starts_with(*start))
            .map(|(_, act)| act.clone())
    })
}

/// One answer, put together.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    /// Bytes of the body that are sent.
    sends: usize,
    stalls: bool,
}

fn answer(mut stream: TcpStream, shared: &Mutex<State>) -> std::io::Result<()> {
    let (asked, tag) = request(&stream)?;
    let (answer, act, delay) = {
        let mut state = shared.lock().unwrap();
        state.asked.push(asked.clone());
        state.open += 1;
        state.most_open = state.most_open.max(state.open);
        let act = act_for(&mut state, &asked.path);
        (put_together(&state, &asked, tag, &act), act, state.delay)
    };
    thread::sleep(delay);
    if matches!(act, Some(Act::Endless)) {
        shared.lock().unwrap().open -= 1;
        write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            stream.write_all(&[b' '; 16 << 10])?;
        }
        return Ok(());
    }
    {
        let mut state = shared.lock().unwrap();
        state.open -= 1;
        *state.sent.entry(asked.path).or_default() += answer.sends;
    }
    write!(
        stream,
        "HTTP/1.1 {} Said\r\nConnection: close\r\n{}\r\n",
        answer.status, answer.head
    )?;
    stream.write_all(&answer.body[..answer.sends])?;
    stream.flush()?;
    if answer.stalls {
        thread::sleep(Duration::from_secs(5));
    }
    Ok(())
}

fn of(status: u16, head: String, body: Vec<u8>) -> Answer {
    Answer {
        status,
        head: format!("{head}Content-Length: {}\r\n", body.len()),
        sends: body.len(),
        body,
        stalls: false,
    }
}

fn put_together(state: &State, asked: &Asked, tag: Option<String>, act: &Option<Act>) -> Answer {
    match act {
        Some(Act::Status(status, head)) => return of(*status, (*head).to_owned(), Vec::new()),
        Some(Act::Redirect(to)) => return of(302, format!("Location: {to}\r\n"), Vec::new()),
        _ => {}
    }
    let Some(bytes) = state.files.get(&asked.path) else {
        return of(404, String::new(), Vec::new());
    };
    let mut bytes = bytes.clone();
    if matches!(act, Some(Act::Altered)) {
        bytes.iter_mut().for_each(|byte| *byte ^= 1);
    }
    let own = format!("\"{}\"", Digest::of(&bytes).short());
    let own = state.tag.clone().unwrap_or(own);
    let head = match state.no_tags {
        true => String::new(),
        false => format!("ETag: {own}\r\n"),
    };
    if tag.as_deref() == Some(&own) && !state.no_tags {
        return of(304, head, Vec::new());
    }
    let mut answer = ranged(asked, act, bytes, &own, head);
    match act {
        Some(Act::Cut(at)) => answer.sends = answer.sends.min(*at),
        Some(Act::Stall(at)) => {
            answer.sends = answer.sends.min(*at);
            answer.stalls = true;
        }
        Some(Act::Unmeasured(at)) => {
            answer.sends = answer.sends.min(*at);
            answer.head = String::new();
        }
        _ => {}
    }
    answer
}

/// The part that was asked for, or all of it.
fn ranged(asked: &Asked, act: &Option<Act>, bytes: Vec<u8>, tag: &str, head: String) -> Answer {
    let first = asked.range.as_ref().and_then(|range| {
        let range = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        range.parse::<usize>().ok()
    });
    let first = first
        .filter(|_| asked.if_range.as_ref().is_none_or(|asked| asked == tag))
        .filter(|_| !matches!(act, Some(Act::Whole | Act::Unmeasured(_))));
    let all = bytes.len();
    match first {
        Some(first) if first >= all => {
            of(416, format!("Content-Range: bytes */{all}\r\n"), Vec::new())
        }
        Some(first) => {
            let said = match act {
                Some(Act::OtherRange) => first - 1,
                _ => first,
            };
            let range = format!("Content-Range: bytes {said}-{}/{all}\r\n", all - 1);
            of(206, head + &range, bytes[first..].to_vec())
        }
        None => of(200, head, bytes),
    }
}
