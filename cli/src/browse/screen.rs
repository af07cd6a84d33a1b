//! The terminal as a full screen, and back: whatever happens, also a panic, leaves it as it was found.

use std::{
    io::{self, IsTerminal, Stdout},
    panic::{self, PanicHookInfo},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use ratatui::{
    Terminal,
    backend::CrosstermBackend,
    crossterm::{
        cursor::Show,
        event::{self, DisableBracketedPaste, EnableBracketedPaste, Event},
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
    },
};

/// How long a signal may wait.
const SIGNAL: Duration = Duration::from_millis(250);

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// The screen, as long as this lives.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    before: Arc<Hook>,
}

/// What ended waiting.
pub(super) enum Woken {
    By(Event),
    /// Nothing happened.
    Time,
    /// Somebody else wants this process to end.
    Signal,
}

impl Screen {
    /// Whether there is one: both ends have to be a terminal.
    pub(super) fn is_there() -> bool {
        io::stdout().is_terminal() && io::stdin().is_terminal()
    }

    /// Takes the terminal over.
    pub(super) fn enter() -> io::Result<Self> {
        let before: Arc<Hook> = panic::take_hook().into();
        let (hook, owner) = (Arc::clone(&before), thread::current().id());
        panic::set_hook(Box::new(move |info| {
            // A message on the other screen would vanish with it. What another thread does is told by
            // what it does not answer.
            if thread::current().id() == owner {
                restore();
                hook(info);
            }
        }));
        enable_raw_mode()?;
        let entered = execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        match entered {
            Ok(terminal) => Ok(Self { terminal, before }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(drop)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
        // While it unwinds, a thread may not touch the hook; it has done its work.
        if !thread::panicking() {
            let before = Arc::clone(&self.before);
            panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}

/// Gives the terminal back. There is nobody to tell that it failed.
fn restore() {
    let _ = execute!(
        io::stdout(),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}

/// Signals that end a program, noticed instead of obeyed: the screen is given back first. A terminal that
/// hangs up is not among them: there is nothing to give back.
pub(super) struct Signals {
    is_raised: Arc<AtomicBool>,
    /// While this is set they do what they do to any program.
    is_obeyed: Arc<AtomicBool>,
    registered: Vec<signal_hook::SigId>,
}

impl Signals {
    pub(super) fn watch() -> Self {
        use signal_hook::{consts, flag};
        let (is_raised, is_obeyed) = (Arc::default(), Arc::default());
        let mut registered = Vec::new();
        for signal in [consts::SIGINT, consts::SIGTERM] {
            // Stays for good: whoever unregisters the last handler of a signal leaves it ignored.
            let _ = flag::register_conditional_default(signal, Arc::clone(&is_obeyed));
            registered.extend(flag::register(signal, Arc::clone(&is_raised)));
        }
        Self {
            is_raised,
            is_obeyed,
            registered,
        }
    }

    /// Whether they are obeyed, as they should be while the screen is not ours.
    pub(super) fn obey(&self, obey: bool) {
        self.is_obeyed.store(obey, Ordering::Relaxed);
    }

    /// Waits for something to happen, but not longer than `limit`.
    pub(super) fn wait(&self, limit: Duration) -> io::Result<Woken> {
        let is_there = event::poll(limit.min(SIGNAL))?;
        if self.is_raised.load(Ordering::Relaxed) {
            return Ok(Woken::Signal);
        }
        match is_there {
            true => event::read().map(Woken::By),
            false => Ok(Woken::Time),
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.obey(true);
        for id in self.registered.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Run by the test below, in a process and on a terminal of its own.
    #[test]
    #[ignore = "takes the terminal that it is run on"]
    fn panics_on_a_full_screen() {
        let _screen = Screen::enter().unwrap();
        panic!("on purpose");
    }

    #[test]
    fn a_panic_gives_the_terminal_back_before_it_is_told() {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let before = format!("{:?}", pair.master.get_termios());
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "browse::screen::tests::panics_on_a_full_screen"]);
        command.args(["--ignored", "--nocapture"]);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let all = thread::spawn(move || {
            let mut all = String::new();
            let mut buffer = [0; 1024];
            // The end is told as an error on some systems.
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                all.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            all
        });
        assert!(!child.wait().unwrap().success());
        assert_eq!(format!("{:?}", pair.master.get_termios()), before);
        drop(pair);
        let all = all.join().unwrap();
        let place = |text: &str| {
            all.find(text)
                .unwrap_or_else(|| panic!("no {text:?} in {all:?}"))
        };
        let (entered, left, told) = (
            place("\u{1b}[?1049h"),
            place("\u{1b}[?1049l"),
            place("on purpose"),
        );
        assert!(entered < left && left < told, "{all:?}");
    }
}
