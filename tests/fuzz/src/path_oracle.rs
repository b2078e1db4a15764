//! Path patterns by sets of positions, directly from the standard's grammar, for strings that need no canonicalisation.

use std::collections::{BTreeSet, HashSet};

/// Characters of the longest pattern.
const LONGEST: usize = 1_024;

#[derive(Clone, Copy, PartialEq)]
enum Core {
    Segment,
    Any,
}

struct Part {
    prefix: String,
    core: Option<Core>,
    suffix: String,
    modifier: Option<char>,
}

pub struct Pattern(Vec<Part>);

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/_-~!$&,:;=@*+".contains(c)
}

/// Returns true if a path is its own canonical form.
pub fn is_plain_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(is_plain)
}

/// Returns `None` if this reader cannot canonicalise the pattern; otherwise the pattern, or that it is invalid.
pub fn parse(pattern: &str) -> Option<Result<Pattern, ()>> {
    if pattern.len() > LONGEST || !pattern.chars().all(|c| is_plain(c) || "{}?\\".contains(c)) {
        return None;
    }
    let tokens: Vec<char> = pattern.chars().collect();
    if tokens.iter().zip(tokens.iter().skip(1)).any(|(c, next)| *c == '\\' && !is_plain(*next)) {
        return None;
    }
    let mut parser = Parser { chars: tokens, at: 0, names: HashSet::new(), parts: Vec::new() };
    Some(parser.pattern().map(|()| Pattern(parser.parts)))
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    names: HashSet<String>,
    parts: Vec<Part>,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|c| wanted(*c))?;
        self.at += 1;
        Some(c)
    }

    /// A character that stands for itself.
    fn char(&mut self) -> Result<Option<char>, ()> {
        if self.take(|c| c == '\\').is_some() {
            return self.take(|_| true).map(Some).ok_or(());
        }
        Ok(self.take(|c| !"{}?+*:".contains(c)))
    }

    fn core(&mut self) -> Result<Option<Core>, ()> {
        if self.take(|c| c == '*').is_some() {
            return Ok(Some(Core::Any));
        }
        if self.take(|c| c == ':').is_none() {
            return Ok(None);
        }
        let mut name = String::new();
        while let Some(c) =
            self.take(|c| c.is_ascii_alphabetic() || c == '$' || c == '_' || (c.is_ascii_digit() && !name.is_empty()))
        {
            name.push(c);
        }
        let new = !name.is_empty() && self.names.insert(name);
        if new { Ok(Some(Core::Segment)) } else { Err(()) }
    }

    fn part(&mut self, prefix: String, core: Option<Core>, suffix: String) {
        let modifier = self.take(|c| "?+*".contains(c));
        self.parts.push(Part { prefix, core, suffix, modifier });
    }

    fn pattern(&mut self) -> Result<(), ()> {
        while let Some(c) = self.peek() {
            if c == '{' {
                self.at += 1;
                let prefix = self.text()?;
                let core = self.core()?;
                let suffix = self.text()?;
                self.take(|c| c == '}').ok_or(())?;
                self.part(prefix, core, suffix);
            } else if let Some(core) = self.core()? {
                self.part(String::new(), Some(core), String::new());
            } else {
                let prefix = self.char()?.ok_or(())?.to_string();
                // A slash that is not escaped belongs to the group after it.
                match if c == '/' { self.core()? } else { None } {
                    Some(core) => self.part(prefix, Some(core), String::new()),
                    None => self.parts.push(Part { prefix, core: None, suffix: String::new(), modifier: None }),
                }
            }
        }
        Ok(())
    }

    fn text(&mut self) -> Result<String, ()> {
        let mut text = String::new();
        while let Some(c) = self.char()? {
            text.push(c);
        }
        Ok(text)
    }
}

impl Part {
    /// Returns the positions at which one repetition of this part may end if it begins at a position.
    fn once(&self, path: &[u8], from: usize) -> BTreeSet<usize> {
        let after = |text: &str, at: usize| path[at..].starts_with(text.as_bytes()).then_some(at + text.len());
        let Some(start) = after(&self.prefix, from) else { return BTreeSet::new() };
        let inner: Vec<usize> = match self.core {
            None => vec![start],
            Some(Core::Any) => (start..=path.len()).collect(),
            Some(Core::Segment) => {
                let end = path[start..].iter().position(|byte| *byte == b'/').map_or(path.len(), |run| start + run);
                (start + 1..=end).collect()
            }
        };
        inner.into_iter().filter_map(|at| after(&self.suffix, at)).collect()
    }

    fn ends(&self, path: &[u8], starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut ends = BTreeSet::new();
        let mut todo: Vec<usize> = starts.iter().copied().collect();
        while let Some(at) = todo.pop() {
            for end in self.once(path, at) {
                if ends.insert(end) && matches!(self.modifier, Some('+' | '*')) {
                    todo.push(end);
                }
            }
        }
        if matches!(self.modifier, Some('?' | '*')) {
            ends.extend(starts);
        }
        ends
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        let path = path.as_bytes();
        let ends = self.0.iter().fold(BTreeSet::from([0]), |places, part| part.ends(path, &places));
        ends.contains(&path.len())
    }

    /// Returns the path unchanged, or with its trailing slash removed or added.
    pub fn matches_page(&self, path: &str) -> bool {
        let other = match path.strip_suffix('/') {
            Some("") => return self.matches(path),
            Some(bare) => bare.to_owned(),
            None => format!("{path}/"),
        };
        self.matches(path) || self.matches(&other)
    }
}
