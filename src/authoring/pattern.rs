//! Compiles a path pattern to a program of [`crate::model::pattern`].
//!
//! The syntax is that of the URL Pattern standard's pathname (`*`, `:name`, `{…}`, `?`, `+`, `*` after a group, `\`)
//! without custom regular expressions, and parsed according to the standard: tokens first, then parts. Fixed text is
//! canonicalised like the path of a URL.

use unicode_id_start::{is_id_continue, is_id_start};

use super::report::quote;
use crate::event::url::canonical_path;
use crate::limits::PATTERN_CHARS;
use crate::model::pattern::code::{ANY, ANY_TIMES, CLOSE, OPTIONAL, REPEAT, SEGMENT};

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Name(String),
    /// A character, and whether it was escaped.
    Char(char, bool),
    /// `?` or `+`.
    Modifier(char),
    Asterisk,
}

/// The part of a group besides its literal characters.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Core {
    Segment,
    Any,
}

/// Returns the program of a pattern, or the error in it.
pub(super) fn compile(pattern: &str) -> Result<Vec<u8>, String> {
    let count = pattern.chars().count();
    if count > PATTERN_CHARS {
        return Err(format!("expected a pattern of at most {PATTERN_CHARS} characters, found {count}"));
    }
    if pattern.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(format!("expected a path such as `/pricing/*`, found the whole URL {}", quote(pattern)));
    }
    let mut parser =
        Parser { tokens: tokens(pattern)?, at: 0, names: Vec::new(), fixed: String::new(), out: Vec::new() };
    parser.parse()?;
    Ok(parser.out)
}

/// Returns true if the pattern begins with a slash, which every path has.
pub(super) fn has_leading_slash(pattern: &str) -> bool {
    pattern.trim_start_matches(['{', '\\']).starts_with('/')
}

fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            '*' => Token::Asterisk,
            '+' | '?' => Token::Modifier(c),
            '{' => Token::Open,
            '}' => Token::Close,
            '\\' => match rest.next() {
                Some(escaped) => Token::Char(escaped, true),
                None => return Err("a pattern cannot end in `\\`, which escapes the character after it".to_owned()),
            },
            ':' => {
                let mut name = String::new();
                while let Some(c) = rest.next_if(|c| is_name_char(*c, name.is_empty())) {
                    name.push(c);
                }
                if name.is_empty() {
                    return Err(format!("expected a name after `:`, as in `:id`; {}", escape(':')));
                }
                Token::Name(name)
            }
            '(' => {
                return Err(format!("regular expressions are not supported in patterns, found `(`; {}", escape('(')));
            }
            _ => Token::Char(c, false),
        });
    }
    Ok(tokens)
}

/// JavaScript's identifiers.
fn is_name_char(c: char, first: bool) -> bool {
    match c {
        '$' => true,
        '_' if first => true,
        '\u{200c}' | '\u{200d}' => !first,
        _ if first => is_id_start(c),
        _ => is_id_continue(c),
    }
}

fn escape(c: char) -> String {
    format!("for the character itself write `\\\\{c}` in JSON")
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    names: Vec<String>,
    /// Text that is not written yet, because more may follow.
    fixed: String,
    out: Vec<u8>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The standard's `parse a pattern string`.
    fn parse(&mut self) -> Result<(), String> {
        loop {
            let start = self.at;
            let char_token = match self.peek() {
                Some(Token::Char(c, false)) => Some(*c),
                _ => None,
            };
            if char_token.is_some() {
                self.skip();
            }
            if let Some(core) = self.core()? {
                // Only a slash belongs to the group after it.
                let prefix = if char_token == Some('/') { "/" } else { "" };
                if let Some(c) = char_token.filter(|c| *c != '/') {
                    self.fixed.push(c);
                }
                self.write_fixed();
                let modifier = self.modifier();
                self.write_group(prefix, Some(core), "", modifier);
                continue;
            }
            self.at = start;
            match self.peek() {
                None => {
                    self.write_fixed();
                    return Ok(());
                }
                Some(Token::Char(c, _)) => {
                    self.fixed.push(*c);
                    self.skip();
                }
                Some(Token::Open) => {
                    self.skip();
                    self.group()?;
                }
                Some(Token::Close) => return Err(format!("`}}` closes no group; {}", escape('}'))),
                Some(Token::Modifier('?')) => {
                    let message = "`?` must follow a group, as in `{/:page}?`; for the query of a URL use";
                    return Err(format!("{message} `where` with `url.query.NAME`; {}", escape('?')));
                }
                Some(Token::Modifier(c)) => {
                    return Err(format!(
                        "{} must follow a group, as in `{{/:page}}{c}`; {}",
                        quote(&c.to_string()),
                        escape(*c)
                    ));
                }
                // Handled as the core of a group above.
                Some(Token::Name(_) | Token::Asterisk) => return Ok(()),
            }
        }
    }

    /// `{`, text, one `:name` or `*`, text, `}`: all but the braces may be missing.
    fn group(&mut self) -> Result<(), String> {
        let prefix = self.text();
        let core = self.core()?;
        let suffix = self.text();
        match self.peek() {
            Some(Token::Close) => self.skip(),
            None => return Err(format!("`{{` has no `}}`; {}", escape('{'))),
            Some(Token::Open) => {
                return Err("groups cannot be nested: close `{` before the next one".to_owned());
            }
            Some(Token::Modifier(c)) => {
                return Err(format!("{} goes after the `}}` of a group; {}", quote(&c.to_string()), escape(*c)));
            }
            Some(_) => return Err("a group can have one `:name` or `*`, found two".to_owned()),
        }
        let modifier = self.modifier();
        if core.is_none() && modifier.is_none() {
            self.fixed.push_str(&prefix);
        } else {
            self.write_fixed();
            self.write_group(&prefix, core, &suffix, modifier);
        }
        Ok(())
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some(Token::Char(c, _)) = self.peek() {
            text.push(*c);
            self.skip();
        }
        text
    }

    fn core(&mut self) -> Result<Option<Core>, String> {
        let core = match self.peek() {
            Some(Token::Name(name)) if self.names.contains(name) => {
                return Err(format!("the name {} is used twice", quote(&format!(":{name}"))));
            }
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.names.push(name);
                Core::Segment
            }
            Some(Token::Asterisk) => Core::Any,
            _ => return Ok(None),
        };
        self.skip();
        Ok(Some(core))
    }

    /// The code of a group with this modifier.
    fn modifier(&mut self) -> Option<u8> {
        let code = match self.peek() {
            Some(Token::Modifier('?')) => OPTIONAL,
            Some(Token::Modifier(_)) => REPEAT,
            Some(Token::Asterisk) => ANY_TIMES,
            _ => return None,
        };
        self.skip();
        Some(code)
    }

    fn write_fixed(&mut self) {
        let fixed = core::mem::take(&mut self.fixed);
        self.out.extend(canonical(&fixed));
    }

    fn write_group(&mut self, prefix: &str, core: Option<Core>, suffix: &str, modifier: Option<u8>) {
        let (prefix, suffix) = (canonical(prefix), canonical(suffix));
        let code = match core {
            Some(Core::Segment) => Some(SEGMENT),
            Some(Core::Any) => Some(ANY),
            None => None,
        };
        let mut body = prefix;
        body.extend(code);
        body.extend(suffix);
        // A repetition of these matches the same as one of them, and a group never repeats a part that may be empty.
        let modifier = match (body.as_slice(), modifier) {
            ([], _) | ([ANY], _) | ([SEGMENT], Some(REPEAT)) => None,
            ([SEGMENT], Some(ANY_TIMES)) => Some(OPTIONAL),
            (_, modifier) => modifier,
        };
        match (modifier, u16::try_from(body.len())) {
            (Some(opening), Ok(length)) => {
                self.out.push(opening);
                self.out.extend(length.to_le_bytes());
                self.out.extend(body);
                self.out.push(CLOSE);
                self.out.extend(length.to_le_bytes());
            }
            _ => self.out.extend(body),
        }
    }
}

/// The standard's `canonicalize a pathname`: a piece without a leading slash is taken for the middle of a path.
pub(super) fn canonical(piece: &str) -> Vec<u8> {
    if piece.is_empty() {
        return Vec::new();
    }
    if piece.starts_with('/') {
        return canonical_path(piece.as_bytes()).into_owned();
    }
    let path = format!("/-{piece}");
    canonical_path(path.as_bytes()).get(2..).unwrap_or_default().to_vec()
}
