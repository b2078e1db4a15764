//! A snapshot: score, stage and segment, as JSON.

use crate::json::Writer;
use crate::lifecycle::LIFECYCLE;
use crate::model::Model;
use crate::score::{Score, score};
use crate::stage::{self, Standing, standing};
use crate::state::State;

/// The snapshot of a state at a second, as JSON.
pub(crate) fn json(model: &Model, state: &State, now: u32) -> String {
    let mut writer = Writer::default();
    writer.open('{');
    Snapshot::new(model, state, now).write(&mut writer, model, state);
    writer.close('}');
    writer.finish()
}

/// A score with all that is derived from it.
pub(crate) struct Snapshot {
    pub(crate) score: Score,
    pub(crate) standing: Standing,
}

impl Snapshot {
    pub(crate) fn new(model: &Model, state: &State, now: u32) -> Self {
        let score = score(model, state, now);
        let standing = standing(model, &score);
        Self { score, standing }
    }

    /// Writes the snapshot's members, without the brackets around them.
    pub(crate) fn write(&self, writer: &mut Writer, model: &Model, state: &State) {
        let Self { score, standing } = self;
        let id = |stage: usize| model.parts.stages.get(stage).map(|stage| stage.id.as_str());
        writer.name("score").points(score.total);
        writer.name("dimensions").open('{');
        for (dimension, points) in model.parts.dimensions.iter().zip(&score.dimensions) {
            writer.name(&dimension.id).points(*points);
        }
        writer.close('}');
        writer.name("stage").text_or_null(standing.current.and_then(id));
        writer.name("next");
        self.write_next(writer, model, |_| {});
        let (near, segment) = stage::segment(model, state, score, standing);
        writer.name("segment").text(&[if near { "near-" } else { "" }, segment].concat());
        writer.name("label").text_or_null(stage::label(model, score).as_deref());
        let lifecycle = state.lifecycle().and_then(|position| LIFECYCLE.get(usize::from(position)));
        writer.name("lifecycle").text_or_null(lifecycle.copied());
        writer.name("disqualified").bool(score.disqualified);
    }

    /// Writes the next stage, with whatever else is to be said of it, or null.
    pub(crate) fn write_next(&self, writer: &mut Writer, model: &Model, more: impl FnOnce(&mut Writer)) {
        let Some(next) = self.standing.next else { return writer.raw("null") };
        writer.open('{');
        writer.name("stage").text_or_null(model.parts.stages.get(next.stage).map(|stage| stage.id.as_str()));
        writer.name("points").points(next.points);
        writer.name("near").bool(next.near);
        writer.name("missing").open('[');
        for id in stage::missing(model, next.stage, &self.score) {
            writer.text(id);
        }
        writer.close(']');
        more(writer);
        writer.close('}');
    }
}
