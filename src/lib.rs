//! `leadscore` scores website visitors as leads, in the page or on an edge worker.
//!
//! The pipeline of an event, top to bottom:
//!
//! ```text
//! model.json ──► authoring: check, compile ──► compiled model                     (before it ships)
//!                                                   │
//! event ──► matcher ──► hit ──► state: join ──► score at `now` ──► stage ──► trip? ──► signal
//! ```
//!
//! It is based on three ideas. A visitor's [`State`] is a join-semilattice of hits, so the order and repetition of
//! events and the merging of tabs never matter. The score is a pure function of model, state and time, in whole
//! milli-points, so it is the same on every machine. And no signal is sent until a stage trips; only with the optional
//! cookie for an edge worker, the browser sends the state with each request.
//!
//! ```
//! use leadscore::{EventReader, Lead, Model, Origin, verify};
//!
//! let json = r#"{
//!   "name": "acme-web", "version": 3,
//!   "rules": [
//!     { "id": "pricing-view", "event": "page_view", "path": "/pricing/*", "points": 15, "limit": 3, "per": "1d" },
//!     { "id": "demo-request", "event": "form_submit", "where": { "form_id": "demo" }, "points": 50 }
//!   ],
//!   "stages": [{ "id": "mql", "at": 60, "near": 20 }]
//! }"#;
//! let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
//!
//! let mut lead = Lead::new("v-1")?;
//! let mut events = EventReader::default();
//! let origin = Origin { source: "https://acme.example", provenance: "client" };
//! let now = 1_795_255_200_000; // milliseconds since 1970
//!
//! let view = events.read(r#"{ "type": "page_view", "url": "https://acme.example/pricing" }"#)?;
//! assert!(lead.ingest(&model, &view, now, &origin)?.is_empty());
//! let submit = events.read(r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#)?;
//! let signals = lead.ingest(&model, &submit, now, &origin)?;
//!
//! let signal = signals.first().ok_or("the MQL trips")?;
//! assert!(verify(&model, &signal.json)?.contains(r#""stage":"mql""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test may panic"
    )
)]

#[cfg(feature = "authoring")]
pub mod authoring;
#[cfg(feature = "browser")]
mod browser;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "edge")]
mod edge;
mod error;
mod event;
mod lead;
pub mod limits;
mod model;
#[cfg(feature = "outcomes")]
pub mod outcomes;
mod score;
mod signal;
mod text;
mod verify;
#[cfg(feature = "outcomes")]
pub mod visits;
#[cfg(any(feature = "wasm", feature = "wasm-authoring", feature = "wasm-outcomes", feature = "browser"))]
mod wasm;

/// True in the tag: a page has an event every few seconds, so there bytes count more than time.
const IS_TAG: bool = cfg!(all(feature = "browser", target_arch = "wasm32"));

#[cfg(feature = "edge")]
pub use edge::account::{Account, Contribution};
#[cfg(feature = "edge")]
pub use edge::receiver::{decisions, has_outcome, is_confirmed, is_in_range, is_visitor_id, parse_time};
#[cfg(feature = "edge")]
pub use edge::visit::Visit;
pub use error::Error;
#[cfg(feature = "edge")]
pub use event::crawlers::is_crawler;
pub use event::{Event, EventReader};
pub use lead::Lead;
pub use model::Model;
pub use score::state::State;
pub use signal::{Origin, Signal};
pub use verify::verify;
