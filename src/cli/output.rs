//! Standard output, in large pieces; a closed pipe ends the command quietly.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Stdout, StdoutLock, Write};

use super::Stop;
use crate::text::terminal;
use crate::text::utf8::string;

pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Lines of JSON on standard output.
pub(super) struct JsonLines {
    out: BufWriter<Stdout>,
    is_terminal: bool,
}

impl JsonLines {
    pub(super) fn stdout() -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, io::stdout()), is_terminal: io::stdout().is_terminal() }
    }

    pub(super) fn write(&mut self, json: &[u8]) -> Result<(), Stop> {
        if self.is_terminal {
            self.out.write_all(terminal::escape_json(&string(json.to_vec())).as_bytes())?;
        } else {
            self.out.write_all(json)?;
        }
        Ok(self.out.write_all(b"\n")?)
    }

    pub(super) fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.out.flush()?)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Usage(format!("writing the output: {error}")),
        }
    }
}

/// Refuses to print into the input file (`-` is standard input): the shell has already emptied that file, or the output
/// would be read as input again.
pub(super) fn check_input(path: &str) -> Result<(), Stop> {
    let input = if path == "-" { standard_input() } else { fs::metadata(path).ok() };
    let (Some(input), Some(output)) = (input, standard_output()) else { return Ok(()) };
    if !input.is_file() || !is_same(&input, &output) {
        return Ok(());
    }
    let name = if path == "-" { "standard input" } else { path };
    Err(Stop::Usage(format!("{name}: the output goes to the same file; write it to another one")))
}

#[cfg(unix)]
fn metadata_of(stream: &impl std::os::fd::AsFd) -> Option<fs::Metadata> {
    fs::File::from(stream.as_fd().try_clone_to_owned().ok()?).metadata().ok()
}

/// Returns the file behind standard input. Windows has no stable way to ask for it.
#[cfg(unix)]
fn standard_input() -> Option<fs::Metadata> {
    metadata_of(&io::stdin())
}

#[cfg(unix)]
fn standard_output() -> Option<fs::Metadata> {
    metadata_of(&io::stdout())
}

#[cfg(unix)]
fn is_same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn standard_input() -> Option<fs::Metadata> {
    None
}

#[cfg(not(unix))]
fn standard_output() -> Option<fs::Metadata> {
    None
}

#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    false
}
