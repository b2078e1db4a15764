//! Processes events on many threads, with the same results as on one.
//!
//! A thread reads and matches the events of a block of lines, which does not need the states of their visitors. Then
//! every shard takes the events of its visitors. Shards take the blocks in their order, and so does the output. So with
//! any number of threads, the events of each visitor, messages and output are in the order of the lines, and memory
//! grows only by a few blocks for each thread.

use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hashbrown::DefaultHashBuilder;

use super::Stop;
use super::blocks::{Block, Blocks};
use super::output::JsonLines;
use super::source::Handle;
use super::threads::{Steps, groups, in_steps};
use crate::event::lines::{Bad, FIRST_PLAUSIBLE, Plain, parse, plain, text};
use crate::score::pages::Pages;
use crate::score::state::Hit;
use crate::text::json::Scan;
use crate::visits::notes::Found;
use crate::{Error, Event, EventReader, Model, lead};

/// The number of a shard's visitors whose memory is loaded at once.
const AT_ONCE: usize = 64;

/// A command that processes events.
pub(super) trait Work: Sync {
    /// The data that the command keeps about the visitors of a shard.
    type Shard: Default + Send;
    /// The data that the command needs from an event besides its hits.
    type Extra: Copy + Send + Sync + Default;

    /// Returns the models with which events are matched.
    fn models(&self) -> Vec<&Model>;
    /// Returns false for an event that is ignored without a message.
    fn wants(&self, visitor: &[u8], at: u64) -> bool;
    /// Returns the extra data from an event's type and, for a lifecycle event, its `stage`.
    fn extra(&self, kind: &[u8], stage: &[u8]) -> Self::Extra;
    /// Processes the events in a block of this shard's visitors, in order.
    fn take(&self, shard: &mut Self::Shard, share: &Share<'_, Self::Extra>, out: &mut Out);
}

/// An event after matching.
pub(super) struct Matched<'a, E> {
    pub(super) visitor: &'a [u8],
    /// The hash of the visitor's name.
    pub(super) hash: u64,
    pub(super) at: u64,
    pub(super) line: u64,
    /// The event's position in the input: later lines have a larger number.
    pub(super) order: u64,
    pub(super) extra: E,
    batch: &'a Batch<E>,
    position: usize,
}

impl<'a, E> Matched<'a, E> {
    /// Returns the hits under each model.
    pub(super) fn hits_by_model(&self) -> impl ExactSizeIterator<Item = &'a [Hit]> + use<'a, '_, E> {
        (0..self.batch.models).map(|model| self.hits(model))
    }

    /// Returns the hits under a model.
    pub(super) fn hits(&self, model: usize) -> &'a [Hit] {
        let ends = self.batch.ends.get(self.position.wrapping_mul(self.batch.models).wrapping_add(model)..);
        match ends {
            Some([from, to, ..]) => self.batch.hits.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The events in a block of one shard's visitors.
pub(super) struct Share<'a, E> {
    batch: &'a Batch<E>,
    own: &'a [u32],
}

impl<'a, E: Copy> Share<'a, E> {
    /// Divides the events into parts of a size for which loading memory ahead pays.
    pub(super) fn parts(&self) -> impl Iterator<Item = Self> + use<'a, E> {
        let batch = self.batch;
        self.own.chunks(AT_ONCE).map(move |own| Self { batch, own })
    }

    /// Returns the hashes of the visitors' names.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> + use<'a, E> {
        let batch = self.batch;
        self.own.iter().map(move |position| batch.items.get(*position as usize).map_or(0, |item| item.hash))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Matched<'a, E>> + use<'a, E> {
        let batch = self.batch;
        self.own.iter().filter_map(move |position| {
            let position = *position as usize;
            let item = batch.items.get(position)?;
            Some(Matched {
                visitor: batch.names.get(item.name.0 as usize..item.name.1 as usize).unwrap_or_default(),
                hash: item.hash,
                at: item.at,
                line: item.line,
                order: batch.number << 32 | u64::from(item.place),
                extra: item.extra,
                batch,
                position,
            })
        })
    }
}

struct Item<E> {
    /// The line's position in the block.
    place: u32,
    name: (u32, u32),
    hash: u64,
    at: u64,
    line: u64,
    extra: E,
}

/// The output for a block.
#[derive(Default)]
pub(super) struct Out {
    lines: Vec<(u64, Vec<u8>)>,
    complaints: Vec<(u64, u64, &'static str)>,
}

impl Out {
    /// Adds an output line for an event; lines for the same event keep their order.
    pub(super) fn line<E>(&mut self, matched: &Matched<'_, E>, json: Vec<u8>) {
        self.lines.push((matched.order, json));
    }

    /// Adds the reason why an event is skipped.
    pub(super) fn complain<E>(&mut self, matched: &Matched<'_, E>, error: Error) {
        self.complaints.push((matched.order, matched.line, Bad::Event(error).message()));
    }
}

/// The events of a block after matching.
struct Batch<E> {
    number: u64,
    models: usize,
    items: Vec<Item<E>>,
    names: Vec<u8>,
    hits: Vec<Hit>,
    /// For each event and model, the position of the first hit; then the end of the last hits.
    ends: Vec<usize>,
    /// For each shard, the positions of its events.
    shards: Vec<Vec<u32>>,
    seen: Seen,
}

/// Counts of the events and lines that were read.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    /// Events up to `until`, and events after it.
    pub(super) taken: u64,
    pub(super) left_out: u64,
    pub(super) in_seconds: Found,
    /// Lines that were skipped.
    pub(super) skipped: u64,
    /// Events that the command does not want.
    pub(super) unwanted: u64,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.taken = self.taken.saturating_add(other.taken);
        self.left_out = self.left_out.saturating_add(other.left_out);
        self.skipped = self.skipped.saturating_add(other.skipped);
        self.unwanted = self.unwanted.saturating_add(other.unwanted);
        self.in_seconds.merge(other.in_seconds);
    }
}

/// A block on its way through all steps.
struct Piece<E> {
    block: Block,
    batch: Batch<E>,
    complaints: Vec<(u64, u64, &'static str)>,
}

/// The readers and matchers of a thread, whose memory is reused for each event.
#[derive(Default)]
struct Readers {
    /// Reads lines in the ordinary form.
    scan: Scan,
    /// Reads all other lines.
    whole: EventReader,
    /// For each model, matches events from ordinary lines.
    pages: Vec<Pages>,
    /// Reads an ordinary line whose event [`Pages`] cannot match.
    other: EventReader,
}

/// A line that was read.
enum Read<'a> {
    Plain(Plain<'a>),
    Whole(&'a [u8], Event<'a>, u64),
}

impl<E> Default for Piece<E> {
    fn default() -> Self {
        let batch = Batch {
            number: 0,
            models: 0,
            items: Vec::new(),
            names: Vec::new(),
            hits: Vec::new(),
            ends: Vec::new(),
            shards: Vec::new(),
            seen: Seen::default(),
        };
        Self { block: Block::default(), batch, complaints: Vec::new() }
    }
}

/// Processes all events up to `until`. Returns the shards, and counts of the events that were read.
pub(super) fn run<W: Work>(
    work: &W,
    mut blocks: impl Blocks,
    handle: &Handle,
    threads: usize,
    until: Option<u64>,
    out: &mut JsonLines,
) -> Result<(Vec<W::Shard>, Seen), Stop> {
    let hasher = DefaultHashBuilder::default();
    let models = work.models();
    let mut seen = Seen::default();
    let began = Instant::now();
    let shards: Vec<W::Shard> = (0..groups(threads)).map(|_| W::Shard::default()).collect();
    let count = shards.len();
    let readers: Vec<Mutex<Readers>> = (0..threads.max(1)).map(|_| Mutex::default()).collect();
    let next = |piece: &mut Piece<W::Extra>| blocks.fill(&mut piece.block);
    let make = |piece: &mut Piece<W::Extra>, number: u64, thread: usize| {
        // Each thread has its own, so none waits.
        if let Some(readers) = readers.get(thread) {
            let mut readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
            piece.batch.clear(number, models.len(), count);
            piece.read(work, &models, &hasher, &mut readers, until);
        }
    };
    let take = |shard: &mut W::Shard, number: usize, piece: &Piece<W::Extra>| {
        let mut out = Out::default();
        let own = piece.batch.shards.get(number).map(Vec::as_slice).unwrap_or_default();
        work.take(shard, &Share { batch: &piece.batch, own }, &mut out);
        out
    };
    let end = |piece: &Piece<W::Extra>, outs: Vec<Out>| {
        let Piece { batch, complaints, .. } = piece;
        let mut complaints = complaints.clone();
        let mut lines = Vec::new();
        for out in outs {
            complaints.extend(out.complaints);
            lines.extend(out.lines);
        }
        complaints.sort_by_key(|(order, ..)| *order);
        if let Some((first, ..)) = complaints.first()
            && seen.skipped == 0
            && seen.taken == 0
            && batch.items.first().is_none_or(|item| u64::from(item.place) >= first & u64::from(u32::MAX))
        {
            handle.expect_events()?;
        }
        for (_, line, message) in &complaints {
            handle.complain(&format!("line {line}: skipped: {message}"));
        }
        seen.add(&Seen { skipped: complaints.len() as u64, ..batch.seen });
        lines.sort_by_key(|(order, _)| *order);
        lines.iter().try_for_each(|(_, json)| out.write(json))?;
        handle.show_rate(seen.taken, began);
        Ok(())
    };
    let shards = in_steps(threads, shards, Steps { next, make, take, end })?;
    Ok((shards, seen))
}

impl<E: Copy + Default> Piece<E> {
    /// Reads and matches the lines of the block.
    fn read<W: Work<Extra = E>>(
        &mut self,
        work: &W,
        models: &[&Model],
        hasher: &DefaultHashBuilder,
        readers: &mut Readers,
        until: Option<u64>,
    ) {
        let Self { block, batch, complaints } = self;
        readers.pages.resize_with(models.len(), Pages::default);
        complaints.clear();
        for (place, (number, line)) in (0u32..).zip(block.lines()) {
            let result = match line.map(|line| text(line, number)) {
                None => Err(Bad::TOO_LONG),
                Some(Ok("")) => continue,
                Some(Ok(text)) => batch.event(work, models, hasher, until, (place, number), readers, text),
                Some(Err(bad)) => Err(bad),
            };
            if let Err(bad) = result {
                complaints.push((batch.number << 32 | u64::from(place), number, bad.message()));
            }
        }
    }
}

impl<E: Copy + Default> Batch<E> {
    fn clear(&mut self, piece: u64, models: usize, shards: usize) {
        (self.number, self.models, self.seen) = (piece, models, Seen::default());
        self.items.clear();
        self.names.clear();
        self.hits.clear();
        self.ends.clear();
        self.ends.push(0);
        self.shards.resize_with(shards, Vec::new);
        self.shards.iter_mut().for_each(Vec::clear);
    }

    #[expect(clippy::too_many_arguments, reason = "what a block and its thread have")]
    fn event<W: Work<Extra = E>>(
        &mut self,
        work: &W,
        models: &[&Model],
        hasher: &DefaultHashBuilder,
        until: Option<u64>,
        (place, line): (u32, u64),
        Readers { scan, whole, pages, other }: &mut Readers,
        text: &str,
    ) -> Result<(), Bad> {
        let read = match plain(scan, text) {
            Some(line) => Read::Plain(line),
            None => {
                let (visitor, event, at) = parse(whole, text)?;
                Read::Whole(visitor, event, at)
            }
        };
        let (visitor, at) = match &read {
            Read::Plain(line) => (line.visitor, line.at),
            Read::Whole(visitor, _, at) => (*visitor, *at),
        };
        if at < FIRST_PLAUSIBLE {
            self.seen.in_seconds.add(line);
        }
        if until.is_some_and(|until| at > until) {
            self.seen.left_out = self.seen.left_out.saturating_add(1);
            return Ok(());
        }
        self.seen.taken = self.seen.taken.saturating_add(1);
        if !work.wants(visitor, at) {
            self.seen.unwanted = self.seen.unwanted.saturating_add(1);
            return Ok(());
        }
        let (hits, ends) = (self.hits.len(), self.ends.len());
        for (model, pages) in models.iter().zip(pages) {
            let new_hits = match &read {
                Read::Plain(event) if pages.match_event(model, event, &mut self.hits) => Ok(Vec::new()),
                Read::Plain(_) => parse(other, text)
                    .and_then(|(_, event, _)| lead::match_event(model, &event, at).map_err(Bad::Event)),
                Read::Whole(_, event, _) => lead::match_event(model, event, at).map_err(Bad::Event),
            };
            match new_hits {
                Ok(new_hits) => self.hits.extend(new_hits),
                Err(bad) => {
                    self.hits.truncate(hits);
                    self.ends.truncate(ends);
                    return Err(bad);
                }
            }
            self.ends.push(self.hits.len());
        }
        let from = self.names.len();
        self.names.extend_from_slice(visitor);
        let hash = hasher.hash_one(visitor);
        // These bits differ from those that hash tables use.
        let shard = ((hash >> 48) as usize).checked_rem(self.shards.len()).unwrap_or_default();
        if let Some(own) = self.shards.get_mut(shard) {
            own.push(self.items.len() as u32);
        }
        let extra = match &read {
            Read::Plain(line) => work.extra(line.kind, &[]),
            Read::Whole(_, event, _) => work.extra(event.kind, event.prop(b"stage")),
        };
        self.items.push(Item { place, name: (from as u32, self.names.len() as u32), hash, at, line, extra });
        Ok(())
    }
}
