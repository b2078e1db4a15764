//! The class `Account`, for what keeps one.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::runtime::{Model, parse};
use crate::event::millis;
use crate::{Contribution, Error};

/// The visitors of one company.
#[wasm_bindgen]
pub struct Account {
    model: Rc<crate::Model>,
    account: RefCell<crate::Account>,
}

#[wasm_bindgen]
impl Account {
    /// From what `encode` gave; from no bytes, an account of which nothing is known.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &Model, encoded: &[u8]) -> Result<Account, JsValue> {
        let account = crate::Account::decode(&model.0, encoded)?;
        Ok(Self { model: model.0.clone(), account: RefCell::new(account) })
    }

    /// Takes in what the worker saw of a person and, if it is not empty, what their page told; gives the signals of the
    /// account's stages that trip.
    #[expect(clippy::too_many_arguments, reason = "an object would have to be read member by member")]
    pub fn contribute(
        &self,
        key: &str,
        person: &str,
        visitor: &str,
        own: &[u8],
        told: &[u8],
        now: f64,
        source: &str,
    ) -> Result<JsValue, JsValue> {
        let now = millis(now).ok_or(Error::Now)?;
        let contribution = Contribution { person, visitor, own, told };
        let signals = self.account.borrow_mut().contribute(&self.model, key, &contribution, now, source)?;
        let json: Vec<String> = signals.into_iter().map(|signal| signal.json).collect();
        Ok(parse(["[", &json.join(","), "]"].concat().as_bytes()))
    }

    /// Forgets all who go by a visitor's id; false if there was nobody.
    pub fn forget(&self, visitor: &str) -> bool {
        self.account.borrow_mut().forget(visitor)
    }

    /// Forgets a person, by the name that the worker gave; false if there was nobody.
    #[wasm_bindgen(js_name = forgetPerson)]
    pub fn forget_person(&self, person: &str) -> bool {
        self.account.borrow_mut().forget_person(person)
    }

    /// The account at a time.
    pub fn snapshot(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = millis(now).ok_or(Error::Now)?;
        Ok(parse(self.account.borrow().snapshot(&self.model, now)?.as_bytes()))
    }

    /// What is kept, as bytes.
    pub fn encode(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.account.borrow().encode(&self.model)?)
    }
}
