//! Collects the errors and warnings of a model with their positions.

use std::collections::BTreeMap;

use super::Issue;

/// The maximum bytes of all issues in a report: far more than anyone reads, and a limit for hostile models.
const REPORT_BYTES: usize = 16 * 1024 * 1024;
/// Characters of a quoted input that a message shows.
const QUOTED_CHARS: usize = 64;
/// The maximum number of steps for suggestions, for the same reason: a step is a letter of a known word that is looked
/// at, or a pair of letters that is compared. They take about a tenth of a second.
const SUGGESTION_STEPS: usize = 30_000_000;

/// A place in the model: a chain of steps from the root, each of which lives as long as its value is looked at.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Path<'static> = Path { parent: None, step: Step::Index(0) };

    pub(super) fn name(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Name(name) }
    }

    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    /// The JSON Pointer (RFC 6901).
    fn pointer(&self) -> String {
        let mut steps = Vec::new();
        let mut path = self;
        while let Some(parent) = path.parent {
            steps.push(path.step);
            path = parent;
        }
        let mut pointer = String::new();
        for step in steps.iter().rev() {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// The issues found so far.
pub(super) struct Notes {
    pub(super) errors: Vec<Issue>,
    pub(super) warnings: Vec<Issue>,
    bytes_left: usize,
    steps_left: usize,
}

impl Notes {
    pub(super) fn new() -> Self {
        Self { errors: Vec::new(), warnings: Vec::new(), bytes_left: REPORT_BYTES, steps_left: SUGGESTION_STEPS }
    }

    /// Notes something that keeps the model from being compiled.
    pub(super) fn error(&mut self, path: &Path<'_>, message: impl Into<String>) {
        if let Some(issue) = self.issue(path, message.into()) {
            self.errors.push(issue);
        }
    }

    /// Notes where the text stops being JSON.
    pub(super) fn syntax(&mut self, (line, column): (u32, u32), message: String) {
        self.errors.push(Issue { line, column, ..Issue::at(String::new(), message) });
    }

    /// Notes something that is allowed but hardly meant.
    pub(super) fn warn(&mut self, path: &Path<'_>, message: impl Into<String>) {
        if let Some(issue) = self.issue(path, message.into()) {
            self.warnings.push(issue);
        }
    }

    fn issue(&mut self, path: &Path<'_>, message: String) -> Option<Issue> {
        if self.bytes_left == 0 {
            return None;
        }
        let path = path.pointer();
        let bytes = path.len().saturating_add(message.len()).saturating_add(size_of::<Issue>());
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
        if self.bytes_left == 0 {
            let message = "there are more errors and warnings than shown; correct these and check again".to_owned();
            return Some(Issue::at(String::new(), message));
        }
        Some(Issue::at(path, message))
    }

    /// `; did you mean …?` where one of the known words looks like the given one, else nothing.
    pub(super) fn hint<'w>(&mut self, word: &str, known: impl IntoIterator<Item = &'w str>) -> String {
        self.nearest(word, known).map(|nearest| format!("; did you mean {}?", quote(nearest))).unwrap_or_default()
    }

    /// The known word that looks most like the given one.
    pub(super) fn nearest<'w>(&mut self, word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
        let length = word.chars().take(QUOTED_CHARS.saturating_add(1)).count();
        if length > QUOTED_CHARS {
            return None;
        }
        let word = word.to_lowercase();
        let mut best: Option<(usize, &str)> = None;
        for candidate in known {
            if self.steps_left == 0 {
                break;
            }
            self.steps_left = self.steps_left.saturating_sub(candidate.len().saturating_add(1));
            let lower = candidate.to_lowercase();
            let (shortest, longest) = (length.min(lower.len()), length.max(lower.len()));
            let allowed = longest.checked_div(3).unwrap_or_default().clamp(1, 4);
            let mut distance = None;
            if longest.saturating_sub(shortest) <= allowed {
                self.steps_left = self.steps_left.saturating_sub(word.len().saturating_mul(lower.len()));
                distance = Some(strsim::osa_distance(&word, &lower)).filter(|distance| *distance <= allowed);
            }
            // Failing that, one may begin with the other, as an abbreviation does.
            let begins = shortest >= 3 && (lower.starts_with(&word) || word.starts_with(&lower));
            let distance = distance.or_else(|| begins.then_some(longest));
            if let Some(distance) = distance.filter(|distance| best.is_none_or(|(least, _)| *distance < least)) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// Reports each word that occurs twice in a list.
    pub(super) fn no_repeats<'w>(&mut self, list: &Path<'_>, words: impl IntoIterator<Item = (usize, &'w str)>) {
        let mut first = BTreeMap::new();
        for (index, word) in words {
            if let Some(earlier) = first.get(word) {
                self.error(&list.index(index), format!("{} is already in this list, at {earlier}", quote(word)));
            } else {
                first.insert(word, index);
            }
        }
    }
}

/// User input for a message: in backticks, shortened, control characters escaped.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("`");
    let mut rest = text.chars();
    for c in rest.by_ref().take(QUOTED_CHARS) {
        if c.is_control() {
            quoted.extend(c.escape_default());
        } else {
            quoted.push(c);
        }
    }
    if rest.next().is_some() {
        quoted.push('…');
    }
    quoted.push('`');
    quoted
}

/// Returns words in backticks, as a list in a sentence.
pub(super) fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => quote(one),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|word| quote(word)).collect();
            format!("{} or {}", rest.join(", "), quote(last))
        }
    }
}
