//! Processes events on many threads, with the same results as on one.
//!
//! A thread takes the next block of lines, reads and matches its events, which does not need the states of their
//! visitors, and then passes them to the shards that hold the visitors. Every shard takes the blocks in their order,
//! and so does the output. So with any number of threads, the events of each visitor, messages and output are in the
//! order of the lines, and memory grows only by one block for each thread.

use std::hash::BuildHasher;
use std::time::Instant;

use hashbrown::DefaultHashBuilder;

use super::Stop;
use super::blocks::{Block, Blocks};
use super::output::JsonLines;
use super::source::Handle;
use super::threads::{InTurn, in_order};
use crate::event::lines::{Bad, FIRST_PLAUSIBLE, Plain, parse, plain, text};
use crate::score::pages::Pages;
use crate::score::state::Hit;
use crate::text::json::Scan;
use crate::visits::notes::Found;
use crate::{Error, Event, EventReader, Model, lead};

/// The number of shards that visitors are divided into: enough that threads rarely wait for each other.
const SHARDS: usize = 64;

/// A command that processes events.
pub(super) trait Work: Sync {
    /// The data that the command keeps about the visitors of a shard.
    type Shard: Default + Send;
    /// The data that the command needs from an event besides its hits.
    type Extra: Copy + Send + Default;

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
    pub(super) fn iter(&self) -> impl Iterator<Item = Matched<'a, E>> + use<'a, E> {
        let batch = self.batch;
        self.own.iter().filter_map(move |position| {
            let position = *position as usize;
            let item = batch.items.get(position)?;
            Some(Matched {
                visitor: batch.names.get(item.name.0..item.name.1).unwrap_or_default(),
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
    name: (usize, usize),
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

/// The data of a thread.
struct Local<E> {
    block: Block,
    batch: Batch<E>,
    readers: Readers,
    out: Out,
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

impl<E> Default for Local<E> {
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
        Self { block: Block::default(), batch, readers: Readers::default(), out: Out::default() }
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
    let shards: Vec<InTurn<W::Shard>> = (0..SHARDS).map(|_| InTurn::new(W::Shard::default())).collect();
    let mut seen = Seen::default();
    let began = Instant::now();
    in_order(
        threads,
        |local: &mut Local<W::Extra>| blocks.fill(&mut local.block),
        |local, piece| {
            local.read(work, &models, &hasher, piece, until);
            let Local { batch, out, .. } = local;
            for (own, shard) in batch.shards.iter().zip(&shards) {
                shard.take(piece, |shard| {
                    if !own.is_empty() {
                        work.take(shard, &Share { batch, own }, out);
                    }
                });
            }
        },
        |local| {
            let Local { batch, out: own, .. } = local;
            own.complaints.sort_by_key(|(order, ..)| *order);
            if let Some((first, ..)) = own.complaints.first()
                && seen.skipped == 0
                && seen.taken == 0
                && batch.items.first().is_none_or(|item| u64::from(item.place) >= first & u64::from(u32::MAX))
            {
                handle.expect_events()?;
            }
            for (_, line, message) in &own.complaints {
                handle.complain(&format!("line {line}: skipped: {message}"));
            }
            batch.seen.skipped = own.complaints.len() as u64;
            seen.add(&batch.seen);
            own.lines.sort_by_key(|(order, _)| *order);
            for (_, json) in own.lines.drain(..) {
                out.write(json)?;
            }
            handle.show_rate(seen.taken, began);
            Ok(())
        },
    )?;
    Ok((shards.into_iter().map(InTurn::into_inner).collect(), seen))
}

impl<E: Copy + Default> Local<E> {
    /// Reads and matches the lines of the block.
    fn read<W: Work<Extra = E>>(
        &mut self,
        work: &W,
        models: &[&Model],
        hasher: &DefaultHashBuilder,
        piece: u64,
        until: Option<u64>,
    ) {
        let Self { block, batch, readers, out } = self;
        readers.pages.resize_with(models.len(), Pages::default);
        batch.clear(piece, models.len());
        out.lines.clear();
        out.complaints.clear();
        for (place, (number, line)) in (0u32..).zip(block.lines()) {
            let result = match line.map(|line| text(line, number)) {
                None => Err(Bad::TOO_LONG),
                Some(Ok("")) => continue,
                Some(Ok(text)) => batch.event(work, models, hasher, until, (place, number), readers, text),
                Some(Err(bad)) => Err(bad),
            };
            if let Err(bad) = result {
                out.complaints.push((piece << 32 | u64::from(place), number, bad.message()));
            }
        }
    }
}

impl<E: Copy + Default> Batch<E> {
    fn clear(&mut self, piece: u64, models: usize) {
        (self.number, self.models, self.seen) = (piece, models, Seen::default());
        self.items.clear();
        self.names.clear();
        self.hits.clear();
        self.ends.clear();
        self.ends.push(0);
        self.shards.resize_with(SHARDS, Vec::new);
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
        if let Some(own) = self.shards.get_mut((hash >> 48) as usize % SHARDS) {
            own.push(self.items.len() as u32);
        }
        let extra = match &read {
            Read::Plain(line) => work.extra(line.kind, &[]),
            Read::Whole(_, event, _) => work.extra(event.kind, event.prop(b"stage")),
        };
        self.items.push(Item { place, name: (from, self.names.len()), hash, at, line, extra });
        Ok(())
    }
}
