//! Objects of the wasm, which JavaScript refers to by number.

use std::borrow::Cow;
#[cfg(feature = "wasm")]
use std::rc::Rc;

use crate::{Model, State};

/// A model that leads share.
#[cfg(feature = "wasm")]
pub(crate) type Shared = Rc<Model>;
/// The only model of a page, which is never freed.
#[cfg(not(feature = "wasm"))]
#[derive(Clone)]
pub(crate) struct Shared(&'static Model);

#[cfg(not(feature = "wasm"))]
impl std::ops::Deref for Shared {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.0
    }
}

/// Returns a model to be shared.
#[cfg(all(feature = "browser", feature = "wasm"))]
pub(crate) fn share(model: Model) -> Shared {
    Rc::new(model)
}

/// Returns a model to be shared.
#[cfg(all(feature = "browser", not(feature = "wasm")))]
pub(crate) fn share(model: Model) -> Shared {
    Shared(Box::leak(Box::new(model)))
}

/// Objects by their number less one; `free` are the positions that can be used again.
#[cfg(feature = "wasm")]
pub(super) struct Slots<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

#[cfg(feature = "wasm")]
impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    pub(super) fn add(&mut self, value: T) -> i32 {
        let at = self.free.pop().unwrap_or(self.slots.len() as u32) as usize;
        match self.slots.get_mut(at) {
            Some(slot) => *slot = Some(value),
            None => self.slots.push(Some(value)),
        }
        at.wrapping_add(1) as i32
    }

    pub(super) fn get(&mut self, number: u32) -> Option<&mut T> {
        self.slots.get_mut((number as usize).wrapping_sub(1))?.as_mut()
    }

    pub(super) fn remove(&mut self, number: u32) {
        let at = number.wrapping_sub(1);
        let slot = self.slots.get_mut(at as usize).filter(|slot| slot.is_some());
        if let Some(slot) = slot {
            *slot = None;
            self.free.push(at);
        }
    }
}

/// The two leads that the tag has at most: its own, and a reduced copy of it for a large signal.
#[cfg(not(feature = "wasm"))]
pub(super) type Leads = Slots<Lead>;

#[cfg(not(feature = "wasm"))]
pub(super) struct Slots<T>([Option<T>; 2]);

#[cfg(not(feature = "wasm"))]
impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Self([None, None])
    }

    pub(super) fn add(&mut self, value: T) -> i32 {
        let [first, second] = &mut self.0;
        let (slot, number) = if first.is_none() { (first, 1) } else { (second, 2) };
        *slot = Some(value);
        number
    }

    pub(super) fn get(&mut self, number: u32) -> Option<&mut T> {
        self.0.get_mut((number as usize).wrapping_sub(1))?.as_mut()
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        self.0.get_mut((number as usize).wrapping_sub(1))?.take()
    }
}

pub(super) struct Lead {
    pub(super) model: Shared,
    pub(super) state: State,
    /// The encoded state of a lead that is not active, see [`super::leads`]; empty for others.
    #[cfg(feature = "wasm")]
    pub(super) asleep: Vec<u8>,
    /// True for the state of a signal from an earlier release, which counted hits of the future at once.
    pub(super) is_former: bool,
}

impl Lead {
    pub(super) fn new(model: Shared, state: State) -> Self {
        Self {
            model,
            state,
            #[cfg(feature = "wasm")]
            asleep: Vec::new(),
            is_former: false,
        }
    }

    /// Returns the state at a second.
    pub(super) fn at(&self, now: u32) -> Cow<'_, State> {
        // Only the edge reads the models of earlier releases.
        if cfg!(feature = "edge") && self.is_former {
            Cow::Borrowed(&self.state)
        } else {
            self.state.at(&self.model, now)
        }
    }
}

/// A visit to an edge worker.
#[cfg(all(feature = "wasm", feature = "edge"))]
pub(super) struct VisitSlot {
    pub(super) model: Rc<Model>,
    pub(super) visit: crate::Visit,
    /// The trips of the last event, until they are recorded.
    pub(super) trips: Option<crate::edge::visit::Trips>,
}

/// An account.
#[cfg(all(feature = "wasm", feature = "edge"))]
pub(super) struct AccountSlot {
    pub(super) model: Rc<Model>,
    pub(super) rollup: Rc<crate::edge::account::Rollup>,
    pub(super) account: crate::Account,
    /// The trips of the last contribution, until they are recorded.
    pub(super) trips: Option<crate::edge::account::Trips>,
}
