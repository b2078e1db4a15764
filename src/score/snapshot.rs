//! A snapshot: score, stage and segment, as JSON.

use crate::event::lifecycle;
use crate::model::Model;
use crate::score::stage::{self, StageStatus, stage_status};
use crate::score::state::State;
use crate::score::{Score, score};
use crate::text::json::Writer;

/// A score with all that is derived from it.
pub(crate) struct Snapshot {
    pub(crate) score: Score,
    pub(crate) stage_status: StageStatus,
}

/// The snapshot of a state at a second, as JSON.
pub(crate) fn json(model: &Model, state: &State, now: u32) -> Vec<u8> {
    Snapshot::new(model, state, now).json(model, state)
}

impl Snapshot {
    pub(crate) fn new(model: &Model, state: &State, now: u32) -> Self {
        let score = score(model, state, now);
        let stage_status = stage_status(model, &score);
        Self { score, stage_status }
    }

    pub(crate) fn json(&self, model: &Model, state: &State) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.open(b'{');
        self.write(&mut writer, model, state);
        writer.close(b'}');
        writer.finish()
    }

    /// Writes the snapshot's members, without the brackets around them.
    pub(crate) fn write(&self, writer: &mut Writer, model: &Model, state: &State) {
        let Self { score, stage_status } = self;
        writer.name("score").points(score.total);
        writer.name("dimensions").open(b'{');
        for (dimension, points) in model.dimensions.iter().zip(&score.dimensions) {
            writer.id(model.text(dimension.id)).points(*points);
        }
        writer.close(b'}');
        writer.name("stage").text_or_null(stage_status.current().map(|stage| model.stage_id(stage)));
        writer.name("next");
        self.write_next(writer, model, &mut |_| {});
        writer.name("segment").text(&stage::segment(model, state, score, stage_status));
        writer.name("label").text_or_null(stage::label(model, score).as_deref());
        let lifecycle = state.lifecycle().map(|position| lifecycle::name(position).as_bytes());
        writer.name("lifecycle").text_or_null(lifecycle);
        writer.name("disqualified").bool(score.disqualified);
    }

    /// Writes the next stage with its details, or null.
    pub(crate) fn write_next(&self, writer: &mut Writer, model: &Model, more: &mut dyn FnMut(&mut Writer)) {
        let Some(next) = self.stage_status.next(model, &self.score) else { return writer.raw(b"null") };
        writer.open(b'{');
        writer.name("stage").text(model.text(next.id));
        writer.name("points").points(self.stage_status.missing);
        writer.name("near").bool(self.stage_status.near);
        writer.name("missing").open(b'[');
        stage::missing(model, next, &self.score, &mut |number| writer.text(stage::missing_id(model, number)));
        writer.close(b']');
        more(writer);
        writer.close(b'}');
    }
}
