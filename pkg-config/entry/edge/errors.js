// The errors of the edge beyond those of the runtime; the same as in `src/error.rs`.
import { add } from "../runtime/errors.js";

add({
  model_account: ["ModelError", "the model has no `account`: add one to score accounts"],
  account_key: ["LeadError", "the account's key must have 1 to 128 characters"],
});
