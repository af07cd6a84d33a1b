//! A line to a far host: what a browser sends and gets takes its time, as it does between a home and
//! a host of static files.
//!
//! Bytes are held back on their way, below TLS, so that handshakes, headers and bodies all take what
//! they would. Every way takes half a round trip; what comes down shares one bandwidth, whichever
//! connection it is of. Not modelled: the slow start of TCP, lost packets, a line that is busy upwards.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{self, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// Half of the time that a question and its answer are under way.
const ONE_WAY: Duration = Duration::from_millis(25);
/// Bytes a second, down: 20 Mbit/s.
const BANDWIDTH: f64 = 20e6 / 8.0;
/// What is sent in one go. Small enough for connections to share the line fairly.
const PIECE: usize = 4096;
/// How much a line that was slept through may catch up: timers have a grain of one millisecond.
const GRAIN: Duration = Duration::from_millis(3);
/// What a connection has under way at most: the buffers of both ends.
const BUFFER: usize = 256 << 10;

/// The line that all connections share.
pub(super) struct Link {
    /// Until when it is taken.
    taken: Mutex<Option<Instant>>,
    /// Connections end when this changes.
    generation: watch::Sender<u64>,
}

impl Link {
    pub(super) fn new() -> Arc<Link> {
        Arc::new(Link {
            taken: Mutex::new(None),
            generation: watch::Sender::new(0),
        })
    }

    /// Ends all connections: who comes next comes from afar again.
    pub(super) fn cut(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// The far end of a connection whose near end is `socket`.
    pub(super) fn carry(self: &Arc<Link>, socket: TcpStream) -> DuplexStream {
        let (near, far) = io::duplex(64 << 10);
        let link = Arc::clone(self);
        tokio::spawn(async move {
            // Either end may go away at any time, and the other then sees the end of it.
            let _ = socket.set_nodelay(true);
            let (from_browser, to_browser) = socket.into_split();
            let (from_host, to_host) = io::split(near);
            let mut generation = link.generation.subscribe();
            // Packets of the handshake went to and fro before the first byte may arrive.
            let open = Instant::now() + 2 * ONE_WAY;
            let up = delayed(from_browser, to_host, |_| open.max(Instant::now()));
            let down = delayed(from_host, to_browser, |bytes| link.take(bytes));
            tokio::select! {
                _ = async { tokio::join!(up, down) } => {}
                _ = generation.changed() => {}
            }
        });
        far
    }

    /// Takes the line for so many bytes: when the last of them is sent.
    fn take(&self, bytes: usize) -> Instant {
        let now = Instant::now();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = taken.unwrap_or(now).max(now - GRAIN);
        let sent = free + Duration::from_secs_f64(bytes as f64 / BANDWIDTH);
        *taken = Some(sent);
        sent
    }
}

/// Moves what comes from one end to the other, each piece half a round trip after it was sent.
async fn delayed(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    sent: impl Fn(usize) -> Instant,
) -> io::Result<()> {
    let (sender, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(BUFFER / PIECE);
    let send = async move {
        let mut piece = vec![0; PIECE];
        loop {
            let length = from.read(&mut piece).await?;
            if length == 0 {
                return io::Result::Ok(());
            }
            let sent = sent(length);
            sleep_until(sent).await;
            let arrives = sent + ONE_WAY;
            if sender
                .send((arrives, piece[..length].to_vec()))
                .await
                .is_err()
            {
                return Ok(());
            }
        }
    };
    let arrive = async {
        while let Some((at, bytes)) = under_way.recv().await {
            sleep_until(at).await;
            to.write_all(&bytes).await?;
        }
        to.shutdown().await
    };
    tokio::try_join!(send, arrive).map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::Instant;

    use super::Link;

    #[test]
    fn a_line_takes_its_time_and_loses_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(async {
            let link = Link::new();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let begun = Instant::now();
            let mut near = TcpStream::connect(address).await.unwrap();
            let (socket, _) = listener.accept().await.unwrap();
            let mut far = link.carry(socket);
            near.write_all(b"question").await.unwrap();
            let mut question = [0; 8];
            far.read_exact(&mut question).await.unwrap();
            assert!(begun.elapsed() >= Duration::from_millis(75));

            let answer: Vec<u8> = (0..250_000_u32).map(|at| at as u8).collect();
            let sent = answer.clone();
            tokio::spawn(async move { far.write_all(&sent).await });
            let begun = Instant::now();
            let mut got = vec![0; answer.len()];
            near.read_exact(&mut got).await.unwrap();
            assert!(
                begun.elapsed() >= Duration::from_millis(100 + 20),
                "{:?}",
                begun.elapsed()
            );
            assert!(got == answer);
            link.cut();
            assert_eq!(near.read(&mut got).await.unwrap_or(0), 0);
        });
    }
}
