//! Who a line counts for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::record::Record;

/// Which person each device belongs to, of those that belong to one.
#[derive(Default)]
pub(super) struct People {
    is_stitched: bool,
    /// None for a device that several people share.
    users: HashMap<String, Option<String>>,
}

impl People {
    /// Learns whose device it is. A device that was once someone else's belongs to nobody: two people are never made one.
    pub(super) fn learn(&mut self, record: &Record) {
        self.is_stitched = true;
        let (Some(device), Some(user)) = (&record.device, &record.user) else { return };
        match self.users.entry(device.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(Some(user.clone()));
            }
            Entry::Occupied(mut entry) => {
                if entry.get().as_ref() != Some(user) {
                    entry.insert(None);
                }
            }
        }
    }

    /// The visitor: the device, else the person; stitched, the person as far as that is known.
    pub(super) fn visitor(&self, record: &Record) -> Option<String> {
        let Record { device, user, .. } = record;
        if !self.is_stitched {
            return device.clone().or_else(|| user.clone());
        }
        let learned = || device.as_ref().and_then(|device| self.users.get(device).cloned().flatten());
        user.clone().or_else(learned).or_else(|| device.clone())
    }
}
