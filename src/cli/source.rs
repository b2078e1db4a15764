//! The source of lines: a file or standard input, which may be compressed.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::time::Instant;

use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Stop, output};
use crate::limits::MODEL_BYTES;
use crate::visits;

/// The number of bytes to read at once from a compressed file.
const COMPRESSED: usize = 1 << 16;
/// The bytes of a file or of standard input, decompressed.
pub(super) struct Source {
    bytes: Box<dyn Read + Send>,
    handle: Handle,
}

/// A source's name and its progress bar, which is hidden if there is none.
#[derive(Clone)]
pub(super) struct Handle {
    name: String,
    progress: ProgressBar,
}

impl Source {
    /// Opens a file, or standard input as `-`. A file whose name ends in `.gz` or `.zst` is decompressed. A progress
    /// bar is shown for a file where standard error is a terminal.
    pub(super) fn open(path: &str) -> Result<Self, Stop> {
        output::check_input(path)?;
        let mut progress = ProgressBar::hidden();
        let plain: Box<dyn Read + Send> = if path == "-" {
            Box::new(io::stdin())
        } else {
            let open = || -> io::Result<(File, u64)> {
                let file = File::open(path)?;
                let length = file.metadata().map(|metadata| metadata.len())?;
                Ok((file, length))
            };
            let (file, length) = open().map_err(|error| Stop::Usage(format!("{path}: {error}")))?;
            if io::stderr().is_terminal() {
                progress = ProgressBar::new(length);
                let template = "{bar:40} {binary_bytes}/{binary_total_bytes} {eta} {msg}";
                if let Ok(style) = ProgressStyle::with_template(template) {
                    progress.set_style(style);
                }
            }
            Box::new(progress.wrap_read(file))
        };
        let bytes: Box<dyn Read + Send> = if has_ending(path, ".gz") {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(COMPRESSED, plain)))
        } else if has_ending(path, ".zst") {
            let source = BufReader::with_capacity(COMPRESSED, plain);
            Box::new(Frames { source, decoder: FrameDecoder::new(), is_in_frame: false })
        } else {
            plain
        };
        Ok(Self { bytes, handle: Handle { name: path.to_owned(), progress } })
    }

    /// Reads some bytes and returns their number; 0 at the end.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<usize, Stop> {
        loop {
            match self.bytes.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Stop::Usage(format!("{}: {error}", self.handle.name))),
                Ok(0) => {
                    self.handle.progress.finish_and_clear();
                    return Ok(0);
                }
                Ok(read) => return Ok(read),
            }
        }
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Handle {
    /// Shows the number of events read per second.
    pub(super) fn show_rate(&self, events: u64, began: Instant) {
        if !self.progress.is_hidden() {
            let rate = events as f64 / began.elapsed().as_secs_f64().max(0.001);
            self.progress.set_message(format!("{rate:.0} events/s"));
        }
    }

    /// Writes a message to standard error, above the progress bar if there is one.
    pub(super) fn complain(&self, message: &str) {
        self.progress.suspend(|| eprintln!("{message}"));
    }

    /// Returns an error if the file is of another kind, so that there is one message instead of one for every line.
    pub(super) fn expect_events(&self) -> Result<(), Stop> {
        let name = &self.name;
        let is_small = fs::metadata(name).is_ok_and(|file| file.is_file() && file.len() <= MODEL_BYTES as u64);
        let bytes = if is_small { fs::read(name).unwrap_or_default() } else { Vec::new() };
        let Some(kind) = visits::other_kind(&bytes) else { return Ok(()) };
        Err(Stop::Usage(format!("{name}: {kind}")))
    }
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.len() > ending.len() && path.get(path.len().saturating_sub(ending.len())..).is_some_and(|own| own == ending)
}

/// The frames of a zstd file, decompressed in order, as the `zstd` program does.
struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    is_in_frame: bool,
}

impl<R: BufRead> Frames<R> {
    /// Begins the next frame; returns false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.source).take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_in_frame {
                self.is_in_frame = self.begin()?;
                if !self.is_in_frame {
                    return Ok(0);
                }
            }
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(into);
            }
            if self.decoder.is_finished() {
                let (written, own) = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
                if written.is_some() && written != own {
                    return Err(io::Error::other("the checksum of the compressed data is wrong"));
                }
                self.is_in_frame = false;
            } else {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
            }
        }
    }
}
