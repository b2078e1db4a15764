//! A page in Rust alone that scores its visitor with the crate, on web-sys and gloo, without any JavaScript of leadscore.
//!
//! [`Page`] is what a component of Leptos or Yew would hold: the scorer, its listeners and its timer. Dropping it ends
//! them. [`score`] knows nothing of the page, [`store`] and [`send`] nothing of scoring.

pub mod page;
pub mod score;
pub mod send;
pub mod store;

pub use page::Page;
