//! Standard output, in large pieces; a closed pipe ends the command quietly.

use std::io::{self, BufWriter, StdoutLock};

use super::Stop;

pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Usage(format!("writing the output: {error}")),
        }
    }
}
