use std::fmt::{self, Write as _};

/// A name as one word of a machine-readable line.
///
/// Blanks, control characters, backslashes and bytes that are not UTF-8 are written as `\xHH`, so
/// that the name can be restored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character == '\\' || character.is_whitespace() || character.is_control() {
                    escape(f, character.encode_utf8(&mut [0; 4]).as_bytes())?;
                } else {
                    f.write_char(character)?;
                }
            }
            escape(f, chunk.invalid())?;
        }
        Ok(())
    }
}

fn escape(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut word: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some((plain, rest)) = word.split_once("\\x") {
            bytes.extend(plain.as_bytes());
            bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
            word = &rest[2..];
        }
        bytes.extend(word.as_bytes());
        bytes
    }

    #[test]
    fn plain_names_are_words_already() {
        for name in ["/tmp/editor", "@x-1.sock", "été", "\"'$*"] {
            assert_eq!(Escaped(name.as_bytes()).to_string(), name);
        }
    }

    #[test]
    fn every_name_can_be_told_from_its_word() {
        let all: Vec<u8> = (0..=255).collect();
        let names: [&[u8]; 5] = [
            b"a b\tc\nd",
            b"a\\x20b",
            "a\u{a0}b\u{2028}c\u{85}".as_bytes(),
            b"\xffx\xe2\x80",
            &all,
        ];
        for name in names {
            let word = Escaped(name).to_string();
            assert_eq!(read(&word), name, "{word}");
            let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
            assert!(word.chars().all(is_plain), "{word}");
        }
        assert_eq!(Escaped(b"a b").to_string(), r"a\x20b");
    }
}
