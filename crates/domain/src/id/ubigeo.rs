use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// INEI place code of a district, `220101` for Moyobamba: two digits each for department, province and district.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ubigeo([u8; 6]);

/// The text is not six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ubigeo has six digits")]
pub struct InvalidUbigeo;

impl Ubigeo {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Code of the province, the first four digits.
    pub fn province(&self) -> &str {
        &self.as_str()[..4]
    }
}

impl FromStr for Ubigeo {
    type Err = InvalidUbigeo;

    fn from_str(text: &str) -> Result<Self, InvalidUbigeo> {
        match <[u8; 6]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(InvalidUbigeo),
        }
    }
}

impl TryFrom<String> for Ubigeo {
    type Error = InvalidUbigeo;

    fn try_from(text: String) -> Result<Self, InvalidUbigeo> {
        text.parse()
    }
}

impl From<Ubigeo> for String {
    fn from(ubigeo: Ubigeo) -> Self {
        ubigeo.as_str().to_owned()
    }
}

impl fmt::Display for Ubigeo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Ubigeo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_and_nothing_else() {
        assert_eq!(
            "220101".parse::<Ubigeo>().map(|u| u.to_string()),
            Ok("220101".into())
        );
        for wrong in ["", "22010", "2201011", "22010a", " 220101", "２20101"] {
            assert_eq!(wrong.parse::<Ubigeo>(), Err(InvalidUbigeo), "{wrong:?}");
        }
    }
}
