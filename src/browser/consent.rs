//! What the visitor has agreed to.

/// Decides what is kept and sent.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Consent {
    /// Nothing is collected.
    #[default]
    Denied,
    /// Not asked yet: all stays in memory.
    Pending,
    Granted,
}

impl Consent {
    pub(super) fn of(value: &[u8]) -> Self {
        match value {
            b"granted" => Self::Granted,
            b"pending" => Self::Pending,
            _ => Self::Denied,
        }
    }
}
