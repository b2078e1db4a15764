//! Finds fields that identify a person, by their names.

/// Words for personal data, anywhere in a field's name.
const IDENTIFYING: [&str; 28] = [
    "email",
    "mail",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "fax",
    "username",
    "login",
    "handle",
    "msisdn",
    "nickname",
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "userid",
    "uid",
    "ip",
    "address",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "emailaddress",
    "passport",
    "iban",
    "ssn",
];
/// Words with which a field is about something that many people share.
const SHARED: [&str; 13] = [
    "domain",
    "provider",
    "type",
    "kind",
    "count",
    "length",
    "country",
    "verified",
    "consent",
    "optin",
    "template",
    "campaign",
    "newsletter",
];
/// Words after which `name` or `id` identifies a person: in the field's own name, as in `user_id`, or as the object
/// around it, as in `user.id`.
const PEOPLE: [&str; 18] = [
    "first",
    "last",
    "full",
    "family",
    "given",
    "user",
    "visitor",
    "person",
    "customer",
    "contact",
    "member",
    "client",
    "lead",
    "subscriber",
    "employee",
    "patient",
    "crm",
    "device",
];

/// Returns true if a field identifies a person, as an e-mail address does. `name` is the field's name, in
/// whatever style it is written.
pub(super) fn identifies(name: &str) -> bool {
    // The last part of a name decides: `user.plan` is a plan.
    let words = words(name.rsplit('.').next().unwrap_or(name));
    let words: Vec<&str> = words.iter().map(|word| singular(word)).collect();
    if words.iter().any(|word| SHARED.contains(word)) {
        return false;
    }
    let owner = name.rsplit('.').nth(1).map(self::words).unwrap_or_default();
    let of_person = |word: &str| PEOPLE.contains(&word);
    match words.as_slice() {
        // The whole name, or inside an object such as `user`.
        ["name" | "id"] => owner.is_empty() || owner.iter().any(|word| of_person(word)),
        ["e", "mail", ..] => true,
        [word] if is_somebody(word) => true,
        [.., owner, "name" | "id"] if of_person(owner) => true,
        words => words.iter().any(|word| IDENTIFYING.contains(word)),
    }
}

/// Words for a person that, alone, are probably an id or a name. Words that can also be a position or a thing are left
/// out.
fn is_somebody(word: &str) -> bool {
    matches!(
        word,
        "user" | "visitor" | "person" | "customer" | "contact" | "member" | "subscriber" | "employee" | "patient"
    )
}

/// A list of e-mail addresses is as personal as one address.
fn singular(word: &str) -> &str {
    let known = |one: &&str| IDENTIFYING.contains(one) || PEOPLE.contains(one);
    ["", "s", "es"].iter().filter_map(|end| word.strip_suffix(end)).find(known).unwrap_or(word)
}

/// The words of a name in lower case: `user_email`, `userEmail` and `user-email` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        let begins = !character.is_alphanumeric() || (character.is_uppercase() && was_lower);
        if begins && !word.is_empty() {
            words.push(core::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::identifies;

    #[test]
    fn fields_that_identify_are_recognised_by_name() {
        for name in [
            "email",
            "Email",
            "EMAIL",
            "e-mail",
            "user_email",
            "userEmail",
            "contact.email",
            "email_address",
            "work-email",
            "mail",
            "phone",
            "phoneNumber",
            "mobile_phone",
            "tel",
            "name",
            "id",
            "first_name",
            "lastName",
            "user.name",
            "user.id",
            "user_id",
            "userId",
            "UserID",
            "customer_id",
            "username",
            "ip",
            "ip_address",
            "emails",
            "emailAddresses",
            "emailaddress",
            "email_hash",
            "user.emails",
            "date_of_birth",
            "dob",
            "login",
            "twitter_handle",
            "user",
            "members",
            "client.id",
        ] {
            assert!(identifies(name), "{name}");
        }
    }

    #[test]
    fn fields_that_many_people_share_are_not() {
        for name in [
            "product_id",
            "product.id",
            "product.name",
            "file_name",
            "form_id",
            "form_name",
            "video_title",
            "plan",
            "user.plan",
            "user_plan",
            "email_domain",
            "emailDomain",
            "mail_campaign",
            "company",
            "zip",
            "shipping",
            "title",
            "hotel",
            "lead",
            "device",
            "users.count",
            "last",
            "news",
            "plans",
            "utm_source",
            "",
            ".",
        ] {
            assert!(!identifies(name), "{name}");
        }
    }
}
