//! localStorage that never fails: what it does not take lives as long as the page.

use web_sys::Storage as Area;

use super::dom;

/// What every key of ours begins with.
pub(super) const PREFIX: &str = "leadscore.";

/// Texts by key.
#[derive(Default)]
pub(super) struct Storage {
    /// None where it is blocked, or not (yet) allowed.
    area: Option<Area>,
    memory: Vec<(String, String)>,
}

impl Storage {
    /// The browser's, with nothing of what was in memory.
    pub(super) fn attach(&mut self) {
        *self = Self { area: dom::window().local_storage().ok().flatten(), memory: Vec::new() };
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        match self.memory.iter().find(|(own, _)| own == key) {
            Some((_, value)) => Some(value.clone()),
            None => self.area.as_ref()?.get_item(key).ok()?,
        }
    }

    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.memory.retain(|(own, _)| own != key);
        if self.area.as_ref().is_none_or(|area| area.set_item(key, value).is_err()) {
            self.memory.push((key.into(), value.into()));
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.memory.retain(|(own, _)| own != key);
        if let Some(area) = &self.area {
            let _ = area.remove_item(key);
        }
    }

    /// All keys that begin so.
    pub(super) fn keys(&self, prefix: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for (key, _) in &self.memory {
            keys.push(key.clone());
        }
        if let Some(area) = &self.area {
            for at in 0..area.length().unwrap_or_default() {
                keys.extend(area.key(at).ok().flatten());
            }
        }
        keys.retain(|key| key.starts_with(prefix));
        keys
    }

    /// Nothing of ours stays.
    pub(super) fn clear(&mut self) {
        for key in self.keys(PREFIX) {
            self.remove(&key);
        }
    }
}
