//! What the visitor has agreed to.

/// Decides what is kept and sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// All is kept and signals are sent.
    Granted,
    /// Not asked yet: all stays in memory.
    Pending,
    /// Nothing is collected.
    Denied,
}

impl Consent {
    /// By the loader's number for it.
    pub(super) fn of(number: u32) -> Self {
        match number {
            0 => Self::Granted,
            1 => Self::Pending,
            _ => Self::Denied,
        }
    }
}
