//! The retry policy that all senders of signals share: the tab's outbox, the edge, accounts and forwarding.
//!
//! Only a response from the receiver itself can end the tries for a signal, because firewalls, captive portals and
//! deployments answer with the same statuses and must not delete a lead.

/// The time for which a signal is retried, in milliseconds since it was created: one day.
pub(crate) const LIFETIME: u64 = 24 * 60 * 60 * 1_000;

/// The number of bytes to read of a response's body. The receiver's refusals are shorter; a longer body is not its own.
#[cfg(any(test, all(feature = "wasm", feature = "edge")))]
pub(crate) const ANSWER_BYTES: usize = 1_024;

/// Codes of the receiver that no further attempt can change: the signal itself is wrong. Its other codes, such as
/// `cut_off`, `state_version`, `limited` or `origin`, depend on the network, on a deployment or on a configuration.
const FINAL: &[u8] = b"not_json too_large too_many content_type \
    signal_syntax signal_model signal_mismatch state_corrupt foreign_signal visitor_id account_key model_account";

/// The meaning of a response for the signal that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The other side has taken it.
    Sent,
    /// Rejected permanently: it must not be sent again.
    Refused,
    /// To be sent again, no sooner than `Retry-After` asks, until [`LIFETIME`] has passed.
    Unsent,
}

/// Returns what an answer means: its status (0 for no answer, or for a redirect), and the first [`ANSWER_BYTES`] of its
/// body. A webhook, unlike a receiver of this project, also rejects permanently with 410, and accepts only a part with
/// 207.
#[cfg(test)]
pub(crate) fn outcome(status: u32, body: &[u8], is_webhook: bool) -> Outcome {
    outcome_of(status, is_webhook, || is_final(body))
}

/// Like [`outcome`]; `is_final` is true if the body has a final code of the receiver.
pub(crate) fn outcome_of(status: u32, is_webhook: bool, is_final: impl Fn() -> bool) -> Outcome {
    match status {
        207 if is_webhook => Outcome::Unsent,
        200..300 => Outcome::Sent,
        410 if is_webhook => Outcome::Refused,
        400 | 413 | 415 | 422 if is_final() => Outcome::Refused,
        _ => Outcome::Unsent,
    }
}

/// Returns true if the body is `{ "code": … }` with a code of the receiver that is final.
#[cfg(test)]
fn is_final(body: &[u8]) -> bool {
    let mut tape = crate::text::json::Tape::default();
    body.len() <= ANSWER_BYTES && tape.read(body).is_ok() && is_final_code(tape.root().text_of(b"code"))
}

/// Returns true for a code of the receiver that is final.
pub(crate) fn is_final_code(code: &[u8]) -> bool {
    !code.is_empty() && FINAL.split(|byte| *byte == b' ').any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    const REFUSAL: &[u8] = br#"{"code":"signal_mismatch","message":"does not follow from its state"}"#;

    #[test]
    fn only_the_receivers_own_codes_are_final() {
        for status in 0..1_000 {
            let permanent = [400, 413, 415, 422].contains(&status);
            let taken = (200..300).contains(&status);
            let expected = if taken { Outcome::Sent } else { Outcome::Unsent };
            for foreign in [&b""[..], b"<h1>Blocked</h1>", b"{}", b"[]", br#"{"code":403}"#, br#"{"code":""}"#] {
                assert_eq!(outcome(status, foreign, false), expected, "{status}");
            }
            let expected = if permanent { Outcome::Refused } else { expected };
            assert_eq!(outcome(status, REFUSAL, false), expected, "{status}");
        }
    }

    #[test]
    fn a_webhook_may_be_gone_or_accept_a_part() {
        assert_eq!(outcome(410, b"", true), Outcome::Refused);
        assert_eq!(outcome(410, REFUSAL, false), Outcome::Unsent);
        assert_eq!(outcome(207, b"", true), Outcome::Unsent);
        assert_eq!(outcome(403, REFUSAL, true), Outcome::Unsent);
    }

    #[test]
    fn codes_that_a_deployment_or_the_network_causes_are_not_final() {
        for code in
            ["cut_off", "limited", "origin", "signature", "unavailable", "state_version", "model_unknown", "not"]
        {
            let body = format!(r#"{{"code":"{code}","message":""}}"#);
            assert_eq!(outcome(422, body.as_bytes(), false), Outcome::Unsent, "{code}");
        }
    }

    /// The table and the receiver are two sources: a code that one of them gains must be decided in the other.
    #[test]
    fn each_refusal_of_the_receiver_is_decided() {
        const NOT_FINAL: [&str; 1] = ["cut_off"];
        let sources = [
            include_str!("../../pkg-config/edge/receiver/accept.js"),
            include_str!("../../pkg-config/edge/receiver/judge.js"),
        ];
        let mut codes = Vec::new();
        for line in sources.iter().flat_map(|source| source.lines()) {
            let permanent =
                ["400", "413", "415", "422"].iter().any(|status| line.contains(&format!("status: {status}")));
            let code = if permanent { line.split("code: \"").nth(1) } else { line.split("refusal(\"").nth(1) };
            codes.extend(code.and_then(|rest| rest.split('"').next()));
        }
        assert!(codes.len() >= 7, "{codes:?}");
        for code in codes {
            let body = format!(r#"{{"code":"{code}","message":""}}"#);
            let is_final = outcome(422, body.as_bytes(), false) == Outcome::Refused;
            assert_ne!(is_final, NOT_FINAL.contains(&code), "{code}");
        }
    }

    #[test]
    fn a_body_beyond_the_read_limit_is_ignored() {
        let long = format!(r#"{{"code":"signal_mismatch","message":"{}"}}"#, "x".repeat(ANSWER_BYTES));
        assert_eq!(outcome(422, long.as_bytes(), false), Outcome::Unsent);
        // Cut at the limit it is not JSON.
        assert_eq!(outcome(422, &long.as_bytes()[..ANSWER_BYTES], false), Outcome::Unsent);
    }

    #[test]
    fn errors_of_a_signal_that_stays_wrong_are_final() {
        for error in
            [Error::SignalSyntax, Error::SignalModel, Error::SignalMismatch, Error::StateCorrupt, Error::VisitorId]
        {
            let body = format!(r#"{{"code":"{}"}}"#, error.code());
            assert_eq!(outcome(422, body.as_bytes(), false), Outcome::Refused, "{}", error.code());
        }
    }
}
