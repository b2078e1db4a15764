//! A page in Rust that scores its visitor with the crate, web-sys and gloo, without JavaScript from leadscore.
//!
//! [`Page`] corresponds to the state of a Leptos or Yew component: the scorer, its listeners and its timer. Dropping it
//! stops them. [`score`] does not depend on the page, [`store`] and [`send`] do not depend on scoring.

pub mod page;
pub mod score;
pub mod send;
pub mod store;

pub use page::Page;
