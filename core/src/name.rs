use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A name or a full name of a server: bytes that are not validated.
///
/// On Windows they are WTF-8. `listen` and `connect` validate the name, since the socket options
/// decide which names are valid: an abstract name may contain NUL and need not be UTF-8.
///
/// # Examples
///
/// ```
/// use anteroom_core::ServerName;
///
/// let name = ServerName::from("editor");
/// assert_eq!(name.as_bytes(), b"editor");
/// assert_eq!(name.to_string(), "editor");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerName(Vec<u8>);

impl ServerName {
    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Converts the name into its bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Returns whether the name is empty. An empty name is invalid.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the part after the last slash, or the whole name if there is no slash.
    pub fn last_component(&self) -> Self {
        let start = self
            .0
            .iter()
            .rposition(|byte| *byte == b'/')
            .map_or(0, |slash| slash + 1);
        Self(self.0[start..].to_vec())
    }
}

impl From<&str> for ServerName {
    fn from(name: &str) -> Self {
        Self(name.as_bytes().to_vec())
    }
}

impl From<String> for ServerName {
    fn from(name: String) -> Self {
        Self(name.into_bytes())
    }
}

impl From<&[u8]> for ServerName {
    fn from(name: &[u8]) -> Self {
        Self(name.to_vec())
    }
}

impl From<Vec<u8>> for ServerName {
    fn from(name: Vec<u8>) -> Self {
        Self(name)
    }
}

/// Replaces invalid UTF-8, and escapes control characters, so that messages stay in one line.
impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in String::from_utf8_lossy(&self.0).chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}
