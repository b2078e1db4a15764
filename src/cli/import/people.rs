//! The assignment of devices to people.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::record::Record;

/// The person of each device, as far as the export identifies one.
#[derive(Default)]
pub(super) struct People {
    is_stitched: bool,
    /// The person of a device; `None` if several people share the device.
    users: HashMap<String, Option<String>>,
}

impl People {
    /// Records the person of a device. A device of two people belongs to neither, so that two people never become one
    /// visitor.
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

    /// Returns the visitor: the device, or the person if there is no device. With stitching, the person comes first if
    /// known.
    pub(super) fn visitor(&self, record: &Record) -> Option<String> {
        let Record { device, user, .. } = record;
        if !self.is_stitched {
            return device.clone().or_else(|| user.clone());
        }
        let learned = || device.as_ref().and_then(|device| self.users.get(device).cloned().flatten());
        user.clone().or_else(learned).or_else(|| device.clone())
    }
}
