//! From recorded behaviour and outcomes to points that are right: `backtest`, `calibrate` and `diff`.
//!
//! Nothing of this reaches a page. It takes in lines and gives reports; files, terminals and JavaScript are the callers'.

pub mod html;
pub mod markdown;
pub mod report;
