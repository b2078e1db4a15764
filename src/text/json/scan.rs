//! Reads a line of events where it stands, if it is an ordinary one: nothing is copied. The grammar is that of
//! [`super::read`].

use super::read::{Sink, read};

/// Props with more members than this are not ordinary, because each name is looked up among all of them.
const MEMBERS: usize = 64;

/// A range of the source.
type Range = (usize, usize);

/// Memory for one line after the other.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The names of the props without their quotes, and their values.
    props: Vec<(Range, Range)>,
    buffer: Vec<u8>,
}

/// An ordinary line: its names and strings have no escapes, and no member is given twice. Strings are without quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanned<'a> {
    source: &'a [u8],
    pub(crate) visitor: &'a [u8],
    pub(crate) kind: &'a [u8],
    pub(crate) at: At<'a>,
    /// Empty if there is none.
    pub(crate) url: &'a [u8],
    /// The number of bytes of the props.
    pub(crate) props_bytes: usize,
    props: &'a [(Range, Range)],
    /// The number of nested levels of the line.
    pub(crate) depth: usize,
}

/// A time as it is given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At<'a> {
    Number(f64),
    Text(&'a [u8]),
}

impl Scan {
    /// Reads a line of UTF-8. Returns `None` for whatever is not an ordinary event; [`super::Tape`] reads it then.
    pub(crate) fn read<'a>(&'a mut self, source: &'a [u8]) -> Option<Scanned<'a>> {
        self.props.clear();
        let mut line = Line {
            source,
            memory: self,
            found: [None; NAMES.len()],
            name: 0,
            number: 0.0,
            at: 0.0,
            depth: 0,
            is_odd: false,
        };
        read(source, &mut line)?;
        let Line { found: [visitor, kind, at, url, props], at: number, depth, is_odd, .. } = line;
        if is_odd || source.first() != Some(&b'{') {
            return None;
        }
        let text = |range: Range| match source.get(range.0..range.1)? {
            [b'"', text @ .., b'"'] => Some(text),
            _ => None,
        };
        let is_given = |range: &Range| source.get(range.0) != Some(&b'n');
        let (url, props) = (url.filter(is_given), props.filter(is_given));
        if props.is_some_and(|(from, _)| source.get(from) != Some(&b'{')) {
            return None;
        }
        let at = at?;
        Some(Scanned {
            source,
            visitor: text(visitor?)?,
            kind: text(kind?)?,
            at: match source.get(at.0)? {
                b'"' => At::Text(text(at)?),
                b'-' | b'0'..=b'9' => At::Number(number),
                _ => return None,
            },
            url: url.map_or(Some(&[][..]), text)?,
            props_bytes: props.map_or(0, |(from, to)| to.wrapping_sub(from)),
            props: if props.is_some() { &self.props } else { &[] },
            depth,
        })
    }
}

impl<'a> Scanned<'a> {
    /// Returns the source of the value of a prop; empty if there is none. `None` if it is given twice.
    pub(crate) fn prop(&self, name: &[u8]) -> Option<&'a [u8]> {
        let text = |range: Range| self.source.get(range.0..range.1).unwrap_or_default();
        let mut own = self.props.iter().filter(|(own, _)| text(*own) == name);
        let value = own.next().map_or(&[][..], |(_, value)| text(*value));
        own.next().is_none().then_some(value)
    }
}

/// The members that matter.
const NAMES: [&[u8]; 5] = [b"visitor", b"type", b"at", b"url", b"props"];
const AT: usize = 2;
const PROPS: usize = 4;

/// A line while it is read.
struct Line<'s, 'm> {
    source: &'s [u8],
    memory: &'m mut Scan,
    /// The values of the members, in the order of [`NAMES`].
    found: [Option<Range>; NAMES.len()],
    /// The position of the outermost name that was read last.
    name: usize,
    /// The number that was read last.
    number: f64,
    at: f64,
    depth: usize,
    is_odd: bool,
}

impl Sink for Line<'_, '_> {
    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.memory.buffer
    }

    fn open(&mut self, _: u8, level: usize) -> (usize, usize) {
        self.depth = self.depth.max(level);
        (0, 0)
    }

    fn close(&mut self, _: (usize, usize)) {}

    fn place(&self) -> usize {
        0
    }

    fn name(&mut self, _: &[u8]) {}

    fn named(&mut self, _: usize, level: usize, from: usize, to: usize) {
        if level > 2 || (level == 2 && self.name != PROPS) {
            return;
        }
        // A string with escapes leaves something in the buffer.
        self.is_odd |= !self.memory.buffer.is_empty();
        let text = (from.wrapping_add(1), to.wrapping_sub(1));
        if level == 1 {
            let name = self.source.get(text.0..text.1).unwrap_or_default();
            self.name = NAMES.iter().position(|own| *own == name).unwrap_or(NAMES.len());
        } else if self.memory.props.len() < MEMBERS {
            self.memory.props.push((text, (0, 0)));
        } else {
            self.is_odd = true;
        }
    }

    fn text(&mut self, _: &[u8]) {}

    fn number(&mut self, number: f64) {
        self.number = number;
    }

    fn word(&mut self, _: u8) {}

    fn ended(&mut self, level: usize, from: usize, to: usize) {
        if level == 2 && self.name == PROPS {
            if let Some((_, value)) = self.memory.props.last_mut() {
                *value = (from, to);
            }
        } else if level == 1 {
            let Some(found) = self.found.get_mut(self.name) else { return };
            self.is_odd |= found.is_some() || (self.name < PROPS && !self.memory.buffer.is_empty());
            *found = Some((from, to));
            if self.name == AT {
                self.at = self.number;
            }
        }
    }
}
