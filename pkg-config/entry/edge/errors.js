// The errors of the edge beyond those of the runtime; the same as in `src/error.rs`.
import { add } from "../runtime/errors.js";

add({
  model_account: ["ModelError", "the model scores no accounts: give it an `account`"],
  account_key: ["LeadError", "give the account a key of 1 to 128 characters"],
});
