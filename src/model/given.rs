//! Events as a model reads them: the values of its fields, by field number.

use crate::event::url::{canonical_path, page};
use crate::event::{Event, Given};
use crate::model::Model;
use crate::model::rule::{Field, NONE, part};
use crate::text::bytes::{Reader, items};
use crate::text::value::write::push_text;
use crate::text::value::{self, Value};

impl Event<'_> {
    /// Returns the event in the form that a model reads: the number of its type ([`NONE`] if no rule names it) and the
    /// values of the fields that the model asks for with this type, in order.
    pub(crate) fn given(&self, model: &Model) -> (u32, Vec<u8>) {
        let kind = model.type_number(self.kind).unwrap_or(NONE);
        // Most events need no more.
        let mut out = Vec::with_capacity(256);
        for number in model.needs(kind) {
            match model.fields.get(number as usize) {
                Some(field) => self.write(model, field, &mut out),
                None => out.push(value::MISSING),
            }
        }
        (kind, out)
    }

    /// Appends the value of a field.
    pub(crate) fn write(&self, model: &Model, field: &Field, out: &mut Vec<u8>) {
        let mut names = items(model.text(field.names));
        let text = match field.part {
            part::PATH => self.url.path.map(canonical_path),
            part::PAGE => self.url.path.map(page),
            part::HOST => self.url.host(),
            part::HASH => self.url.hash.map(Into::into),
            part::QUERY => self.url.query(names.next().unwrap_or_default()),
            _ => {
                let value = self.props.and_then(|props| names.try_fold(props, |value, name| value.get(name)));
                return value.unwrap_or(Value::MISSING).write(out);
            }
        };
        match text {
            Some(text) => push_text(out, &text),
            None => out.push(value::MISSING),
        }
    }
}

impl<'a> Given<'a> {
    /// `bytes` has the values of the fields that the model asks for with events of this type, in order.
    pub(crate) fn read(model: &Model, kind: u32, bytes: &'a [u8]) -> Self {
        Self::read_into(Vec::with_capacity(model.fields.len()), model, kind, bytes)
    }

    /// As [`Given::read`], with the memory for the fields, which is empty.
    pub(crate) fn read_into(mut fields: Vec<Value<'a>>, model: &Model, kind: u32, bytes: &'a [u8]) -> Self {
        let mut values = Reader::new(bytes);
        for number in model.needs(kind) {
            let number = (number as usize).min(model.fields.len());
            while fields.len() <= number {
                fields.push(Value::MISSING);
            }
            if let (Some(field), true) = (fields.get_mut(number), values.more()) {
                *field = Value::read(&mut values);
            }
        }
        Self { kind, fields }
    }
}
