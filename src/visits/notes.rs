//! Notes about the events of a run, each printed once on standard error.

use crate::event::lines::FIRST_PLAUSIBLE;

/// The number of lines of a kind, and the position of the first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) count: u64,
    pub(crate) first: u64,
}

impl Found {
    pub(crate) fn add(&mut self, line: u64) {
        self.merge(Self { count: 1, first: line });
    }

    pub(crate) fn merge(&mut self, other: Self) {
        if self.count == 0 || (other.count > 0 && other.first < self.first) {
            self.first = other.first;
        }
        self.count = self.count.saturating_add(other.count);
    }
}

/// Properties of all events that are hardly intended. `until`: events after it were left out.
pub(crate) fn odd(until: Option<u64>, left_out: u64, taken: u64, in_seconds: Found) -> Vec<String> {
    let mut notes = Vec::new();
    if left_out > 0 && until.is_some_and(|until| until < FIRST_PLAUSIBLE) {
        notes
            .push("--at is before 1973: it must be in milliseconds since 1970, but this looks like seconds".to_owned());
    }
    if in_seconds.count > 0 {
        let Found { count, first } = in_seconds;
        let lines = if count == 1 { "1 line has a time".to_owned() } else { format!("{count} lines have times") };
        let hint = "`at` must be in milliseconds since 1970, but these look like seconds";
        notes.push(format!("{lines} before 1973, first line {first}: {hint}"));
    }
    if taken == 0 && left_out > 0 {
        notes.push("all events are later than the time of --at".to_owned());
    }
    notes
}

/// Lines that are older than one before of their visitor.
pub(crate) fn late(late: Found) -> String {
    let are = if late.count == 1 { "1 line is".to_owned() } else { format!("{} lines are", late.count) };
    let how = "each is scored at its own time; --sort sorts all events by time";
    format!("{are} older than an earlier line of the same visitor, first line {}: {how}", late.first)
}

/// `--source` is hardly what pages have.
pub(crate) const NO_ORIGIN: &str =
    "--source is not an origin such as https://acme.example: the ids of signals will differ from those of pages";
