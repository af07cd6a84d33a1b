//! A real terminal to run the program in: a pseudo-terminal, and an emulator that says what would be
//! seen on it.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtyPair, PtySize, native_pty_system};

use crate::place::Place;

/// What a test waits for has to come at last; how fast it comes is not asked.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Terminal {
    pair: PtyPair,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    emulator: vt100::Parser,
    /// Everything that the program wrote.
    pub(crate) raw: Vec<u8>,
    /// The terminal's settings before the program had it.
    before: String,
}

fn columns(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Terminal {
    /// Runs the program with `args` in `place`, on a terminal of this size.
    pub(crate) fn run(place: &Place, of: (u16, u16), env: &[(&str, &str)], args: &[&str]) -> Self {
        let pair = native_pty_system().openpty(size(of)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_paracle"));
        command.args(args);
        command.cwd(place.project());
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        let before = settings(&pair);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (bytes, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if bytes.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            keys: pair.master.take_writer().unwrap(),
            pair,
            child,
            output,
            emulator: vt100::Parser::new(columns(of.1), columns(of.0), 0),
            raw: Vec::new(),
            before,
        }
    }

    /// Types something.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// What is to be seen.
    pub(crate) fn screen(&self) -> String {
        self.emulator.screen().contents()
    }

    /// Waits until all of `words` are to be seen.
    pub(crate) fn sees(&mut self, words: &[&str]) {
        self.waits(&format!("{words:?}"), |screen| {
            words.iter().all(|word| screen.contents().contains(word))
        });
    }

    fn waits(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while !is_so(self.emulator.screen()) {
            assert!(
                start.elapsed() < PATIENCE,
                "no {what} on\n{}",
                self.screen()
            );
            self.reads();
        }
    }

    fn reads(&mut self) {
        if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
            self.emulator.process(&bytes);
            self.raw.extend(bytes);
        }
    }

    pub(crate) fn resizes(&mut self, to: (u16, u16)) {
        self.emulator
            .screen_mut()
            .set_size(columns(to.1), columns(to.0));
        self.pair.master.resize(size(to)).unwrap();
    }

    /// The program's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub(crate) fn is_full_screen(&self) -> bool {
        self.emulator.screen().alternate_screen()
    }

    /// Waits until the program has ended, and demands that the terminal is as it was. The exit code.
    pub(crate) fn ends(&mut self) -> u32 {
        let start = Instant::now();
        let status = loop {
            self.reads();
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end:\n{}", self.screen());
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.emulator.process(&bytes);
            self.raw.extend(bytes);
        }
        let screen = self.emulator.screen();
        assert!(
            !screen.alternate_screen(),
            "the other screen is still there"
        );
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasting is still bracketed");
        assert_eq!(settings(&self.pair), self.before, "other settings");
        status.exit_code()
    }
}

/// Echo, line mode and all that.
fn settings(pair: &PtyPair) -> String {
    format!("{:?}", pair.master.get_termios())
}
