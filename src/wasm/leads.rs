//! Leads by number. Many visitors may be in memory, of whom few are active at a time: only those have a decoded state,
//! the others the bytes of an encoded one.

use super::slots::{Lead, Slots};
use crate::State;
use crate::limits::STATE_BYTES;
use crate::text::invariant::held;

/// The number of leads that are awake at a time, some 200 kB. An event of one that sleeps takes three times as long.
const AWAKE: usize = 512;

pub(super) struct Leads {
    slots: Slots<Lead>,
    /// The numbers of the leads that are awake, used as a ring: the oldest is at `next`.
    awake: [u32; AWAKE],
    next: usize,
}

impl Leads {
    pub(super) const fn new() -> Self {
        Self { slots: Slots::new(), awake: [0; AWAKE], next: 0 }
    }

    pub(super) fn add(&mut self, lead: Lead) -> i32 {
        let number = self.slots.add(lead);
        self.stays_awake(number.cast_unsigned());
        number
    }

    #[inline(never)]
    pub(super) fn get(&mut self, number: u32) -> Option<&mut Lead> {
        let lead = self.slots.get(number)?;
        if !lead.asleep.is_empty() {
            let bytes = core::mem::take(&mut lead.asleep);
            // These bytes were encoded here, so they are a state.
            lead.state = held(State::decode(&lead.model, &bytes).ok());
            self.stays_awake(number);
        }
        self.slots.get(number)
    }

    pub(super) fn remove(&mut self, number: u32) {
        self.slots.remove(number);
    }

    /// Adds a lead to those that are awake, and lets the oldest of them sleep.
    #[inline(never)]
    fn stays_awake(&mut self, number: u32) {
        self.next = self.next.wrapping_add(1) % AWAKE;
        let Some(place) = self.awake.get_mut(self.next) else { return };
        let oldest = core::mem::replace(place, number);
        if oldest != number
            && let Some(lead) = self.slots.get(oldest)
            && lead.asleep.is_empty()
        {
            let bytes = lead.state.encode(&lead.model);
            // A larger one could not be read.
            if bytes.len() <= STATE_BYTES {
                lead.asleep = bytes.as_slice().to_vec();
                lead.state = State::default();
            }
        }
    }
}
